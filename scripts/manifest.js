/**
 * What a page may use of the elements, as a custom elements manifest: attributes, properties, events, parts, slots and
 * `--lr-*` tokens with their descriptions. Editors read it, and the reference and the JSX types are written from it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, ts } from '@custom-elements-manifest/analyzer';
import { litPlugin } from '@custom-elements-manifest/analyzer/src/features/framework-plugins/lit/lit.js';
import { root } from './prepare.js';

/**
 * @typedef {{ name: string, description?: string, default?: string, type?: { text: string } }} Named
 * @typedef {Named & { fieldName?: string }} Attribute
 * @typedef {Named & { kind: 'field' | 'method', attribute?: string, readonly?: boolean }} Member
 * @typedef {{
 *   kind: 'class', name: string, tagName: string, customElement: true, summary: string, description: string,
 *   attributes: Attribute[], members: Member[], events: Named[], cssParts: Named[], slots: Named[],
 *   cssProperties: Named[],
 * }} ElementDeclaration
 * @typedef {{ kind: 'javascript-module', path: string, declarations: ElementDeclaration[], exports: object[] }} Module
 */

/** Where every element's tokens are documented, and their defaults defined. */
const themeFile = 'components/internal/kit/styles/theme.styles.ts';

/** Where what elements share lies: their base classes with it. */
const internal = 'components/internal';

const read = (path) => readFileSync(join(root, path), 'utf8');

/** The files of the public elements: what `components/index.ts` exports, and the element that a page imports alone. */
export const elementFiles = () => [
  ...[...read('components/index.ts').matchAll(/^export \{ Lr\w+ \} from '\.\/(.+)\.js';$/gm)].map(
    ([, path]) => `components/${path}.ts`,
  ),
  'components/lr-experiment/lr-experiment.ts',
];

/**
 * Reads the elements' sources into a manifest.
 *
 * @returns {{ schemaVersion: string, readme: string, modules: Module[] }}
 */
export function createManifest() {
  const files = elementFiles();
  const bases = readdirSync(join(root, internal), { recursive: true })
    .filter((path) => path.endsWith('-element.ts'))
    .map((path) => `${internal}/${path.replaceAll('\\', '/')}`);
  const sources = [...files, ...bases].map((path) =>
    ts.createSourceFile(path, read(path), ts.ScriptTarget.ES2022, true),
  );
  const { modules } = create({ modules: sources, plugins: litPlugin(), context: { dev: false } });
  const tokens = themeTokens();
  const manifest = files.map((path) => {
    const { declarations } = modules.find((module) => module.path === path);
    const { name, tagName, ...element } = declarations.find(({ customElement }) => customElement);
    const target = `dist/package/${path.replace(/\.ts$/, '.js')}`;
    return {
      kind: 'javascript-module',
      path: target,
      declarations: [{ kind: 'class', name, tagName, ...publicParts(element, tokens) }],
      exports: [
        { kind: 'js', name, declaration: { name, module: target } },
        { kind: 'custom-element-definition', name: tagName, declaration: { name, module: target } },
      ],
    };
  });
  addExportedParts(elementsOf({ modules: manifest }));
  return { schemaVersion: '1.0.0', readme: 'README.md', modules: manifest };
}

/** Lists the parts of the leaves with `<lr-lab>`, which exports them under the name of their leaf. */
function addExportedParts(elements) {
  const lab = elements.find(({ tagName }) => tagName === 'lr-lab');
  const templates = ['lr-lab', 'lab-header'].map((file) => read(`components/lr-lab/${file}.ts`)).join('\n');
  const leaves = templates.matchAll(/<lr-([\w-]+)\s[^>]*?exportedParts\('\1'\)/g);
  for (const [, leaf] of leaves) {
    const { cssParts } = elements.find(({ tagName }) => tagName === `lr-${leaf}`);
    for (const { name, description } of cssParts.filter((part) => part.name !== 'no-lab'))
      lab.cssParts.push({ name: `${leaf}-${name}`, description: `\`<lr-${leaf}>\`: ${description}` });
  }
}

/**
 * The elements of a manifest.
 *
 * @param {{ modules: Module[] }} manifest
 * @returns {ElementDeclaration[]}
 */
export const elementsOf = ({ modules }) => modules.flatMap(({ declarations }) => declarations);

/** The part of an analyzed element that a page may use; text is kept in one line for each paragraph. */
function publicParts({ summary = '', members = [], superclass, ...rest }, tokens) {
  const [first, ...others] = summary.split(/\n\n+/).map(oneLine);
  const attributes = (rest.attributes ?? []).map(described);
  const isStyled = superclass?.name !== 'Base';
  return {
    customElement: true,
    summary: first,
    description: others.join('\n\n'),
    attributes,
    members: members.filter(isPublic).map(described),
    events: (rest.events ?? []).map(described),
    slots: (rest.slots ?? []).map(described),
    cssParts: (rest.cssParts ?? []).map(described),
    cssProperties: isStyled ? merged(rest.cssProperties ?? [], tokens).map(described) : [],
  };
}

function isPublic({ kind, name, privacy, static: isStatic }) {
  if (privacy !== undefined && privacy !== 'public') return false;
  // A page calls nothing that Lit calls.
  return !isStatic && !(kind === 'method' && /Callback$|^(?:handle|render)/.test(name));
}

/** An entry without the analyzer's notes, its description in one line. */
function described(entry) {
  const rest = { ...entry };
  delete rest.inheritedFrom;
  delete rest.privacy;
  return rest.description === undefined ? rest : { ...rest, description: oneLine(rest.description) };
}

/** Tokens of an element first, with the theme's defaults; then the theme's others. */
function merged(own, tokens) {
  const named = own.map((token) => ({ ...tokens.find(({ name }) => name === token.name), ...token }));
  return [...named, ...tokens.filter(({ name }) => !own.some((token) => token.name === name))];
}

/**
 * The tokens that every element reads: `@cssprop` lines of the theme, with the defaults that its style sheet has.
 *
 * @returns {Named[]}
 */
export function themeTokens() {
  const source = read(themeFile);
  return [...source.matchAll(/@cssprop (--lr-[\w-]+) - ((?:.|\n \* {3})+)/g)].map(([, name, text]) => {
    const fallback = new RegExp(`var\\(\\s*${name},\\s*((?:[^;]|\\n)+)\\);`).exec(source)?.[1];
    return { name, description: text.replaceAll(/\n \* +/g, ' '), default: fallback && oneLine(fallback) };
  });
}

const oneLine = (text) => text.trim().replaceAll(/ *\n */g, ' ');
