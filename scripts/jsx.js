/** The elements as JSX knows them: types for React, Preact and a global JSX, written from the manifest. */
import { elementsOf } from './manifest.js';

/** What `lr-lab/jsx` is when it runs: nothing. */
export const jsxModule = '/** Types for JSX only. */\nexport {};\n';

/** Where JSX looks for elements, in each library; one that is not installed is passed over. */
const libraries = ['react', 'preact'];

/** The declarations for a custom elements manifest. */
export function jsxTypes(manifest) {
  const elements = elementsOf(manifest);
  const imports = manifest.modules.map(({ path, declarations: [{ name }] }) => {
    const file = path.replace('dist/package/', './');
    return `import type { ${name} } from '${file}';`;
  });
  return `/** Generated: the elements of lr-lab in JSX. \`import type {} from 'lr-lab/jsx'\` is enough. */
${imports.join('\n')}

/** What every element takes in JSX. */
export interface LrGlobalProps<Element> {
  key?: string | number | bigint | null | undefined;
  ref?: ((element: Element | null) => void) | { current: Element | null } | null | undefined;
  children?: unknown;
  class?: string | undefined;
  className?: string | undefined;
  dir?: string | undefined;
  hidden?: boolean | undefined;
  id?: string | undefined;
  lang?: string | undefined;
  slot?: string | undefined;
  style?: string | object | undefined;
  tabIndex?: number | undefined;
  title?: string | undefined;
}

${elements.map(propsOf).join('\n\n')}

/** The tags of lr-lab, each with what it takes. */
export interface LrElements {
${elements.map(({ tagName, name }) => `  '${tagName}': ${name}Props;`).join('\n')}
}

declare global {
  namespace JSX {
    interface IntrinsicElements extends LrElements {}
  }
}
${libraries.map(augmentation).join('')}`;
}

/** The ignored line is the one error that a library which is not installed leads to. */
function augmentation(library) {
  return `
// @ts-ignore
declare module '${library}' {
  namespace JSX {
    interface IntrinsicElements extends LrElements {}
  }
}
`;
}

function propsOf({ name, tagName, attributes, members, events }) {
  const props = new Map();
  for (const { kind, name: field, readonly, description } of members) {
    if (kind === 'field' && !readonly && field !== 'dataset')
      props.set(field, { type: `${name}['${field}']`, description });
  }
  for (const { name: attribute, fieldName, description } of attributes) {
    if (props.has(attribute) || attribute === 'lang') continue;
    props.set(attribute, { type: `${name}['${fieldName}']`, description });
  }
  for (const { name: event, description } of events)
    props.set(`on${event}`, { type: `(event: HTMLElementEventMap['${event}']) => void`, description });
  const lines = [...props].map(
    ([prop, { type, description }]) =>
      `  /** ${description} */\n  ${/^\w+$/.test(prop) ? prop : `'${prop}'`}?: ${/=>/.test(type) ? `(${type})` : type} | undefined;`,
  );
  return `/** What \`<${tagName}>\` takes. */
export interface ${name}Props extends LrGlobalProps<${name}> {
${lines.join('\n')}
}`;
}
