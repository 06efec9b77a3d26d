/** The pages of the elements, from the manifest. */
import { code, section, table } from './markdown.js';

/** How each element is used at its simplest. */
const examples = {
  'lr-lab': '<lr-lab model="tiny" lr="0.1" policy="cosine" epochs="3"></lr-lab>',
  'lr-experiment': '<lr-experiment name="step-decay"></lr-experiment>',
  'lr-schedule-plot': '<lr-schedule-plot policy="warmup-cosine" lr="0.1" steps="300"></lr-schedule-plot>',
  'lr-schedule-curve': `<lr-schedule-plot lr="0.1" steps="90">
  <lr-schedule-curve policy='{ "type": "StepLR", "stepSize": 30 }' label="steps"></lr-schedule-curve>
  <lr-schedule-curve policy="cosine" label="cosine"></lr-schedule-curve>
</lr-schedule-plot>`,
};

const inLab = (tag) => `<lr-lab model="tiny">\n  <${tag}></${tag}>\n</lr-lab>`;

/** A page for each element: `{ 'elements/lr-lab.md': text, … }`. */
export const elementPages = (elements, tokens) =>
  Object.fromEntries(elements.map((element) => [`elements/${element.tagName}.md`, pageOf(element, tokens)]));

function pageOf(element, tokens) {
  const { name, tagName, summary, description, attributes, members, events, slots, cssParts } = element;
  const ownTokens = element.cssProperties.filter(
    (token) => tokens.find((each) => each.name === token.name)?.description !== token.description,
  );
  const property = (fieldName) => (fieldName === undefined ? '' : code(fieldName));
  const module = tagName === 'lr-schedule-curve' ? 'lr-schedule-plot' : tagName;
  const hasLab = members.some((member) => member.name === 'lab') && tagName !== 'lr-lab';
  return [
    `# \`<${tagName}>\``,
    summary,
    description,
    `\`\`\`html\n${examples[tagName] ?? inLab(tagName)}\n\`\`\``,
    `Class \`${name}\`; \`import 'lr-lab/components/${module}'\` registers it${module === tagName ? '' : ` with \`<${module}>\``}${tagName === 'lr-experiment' ? '.' : ", `import 'lr-lab'` all elements."}` +
      (hasLab ? ' It shows the Lab of the `<lr-lab>` around it, or the one in its property `lab`.' : ''),
    section(
      'Attributes',
      ['attribute', 'property', 'default', 'what it does'],
      attributes.map((each) => [
        code(each.name),
        property(each.fieldName),
        code(each.default === 'null' ? '' : each.default),
        each.description,
      ]),
      'An attribute takes text; its property takes what is meant: numbers, booleans, objects.\n\n',
    ),
    section(
      'Properties',
      ['property', 'type', 'what it is'],
      members
        .filter(({ kind }) => kind === 'field')
        .map((each) => [
          code(each.name),
          code(each.type?.text),
          `${each.description}${each.readonly ? ' Read only.' : ''}`,
        ]),
    ),
    section(
      'Events',
      ['event', 'type', 'when'],
      events.map((each) => [code(each.name), code(each.type?.text), each.description]),
      'They bubble, and cross the borders of shadow roots.\n\n',
    ),
    section(
      'Slots',
      ['slot', 'what it takes'],
      slots.map((each) => [each.name === '' ? '(default)' : code(each.name), each.description]),
    ),
    section(
      'Parts',
      ['part', 'what it is'],
      cssParts.map((each) => [code(each.name), each.description]),
      `Styled as \`${tagName}::part(${cssParts[0]?.name})\`.\n\n`,
    ),
    section(
      'Tokens',
      ['token', 'default', 'what it sets'],
      ownTokens.map((each) => [code(each.name), code(each.default), each.description]),
      'Besides [those of every element](../theme.md):\n\n',
    ),
  ]
    .filter((text) => text !== '')
    .join('\n\n');
}

/** The page of the tokens that every element reads. */
export const themePage = (tokens) => `# Colours, typefaces and sizes

Set any of these on an element or on an ancestor. Most pages need the first four; the other colours follow from them,
so that text stays readable. The elements follow the page's \`color-scheme\`; an element's own attribute
\`theme\`, \`light\` or \`dark\`, overrides it.

\`\`\`css
:root {
  color-scheme: light dark;
  --lr-surface: light-dark(#fffdf5, #14211a);
  --lr-text: light-dark(#1d2b22, #e6f2ea);
  --lr-accent: #1f7a4d;
}
\`\`\`

Until the script has come, an element has no size. These lines keep its place:

\`\`\`css
lr-lab:not(:defined) {
  display: block;
  min-block-size: 900px;
}
lr-schedule-plot:not(:defined) {
  display: block;
  min-block-size: 242px; /* 262px with a label */
}
\`\`\`

${table(
  ['token', 'default', 'what it sets'],
  tokens.map(({ name, default: value, description }) => [
    code(name),
    code(value?.replaceAll(/var\(--(?!lr-)/g, 'var(--lr-')),
    description,
  ]),
)}
`;
