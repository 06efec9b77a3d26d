/**
 * `npm run docs`: writes the reference in docs/ from the sources: a page for each element, for each import and for the
 * presets, the tokens and the command. With `--check` it writes nothing and fails if a page is not what it would write.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import prettier from 'prettier';
import { runnerImport } from 'vite';
import { apiPages } from './docs/api.js';
import { elementPages, themePage } from './docs/elements.js';
import { commandPage, presetsPage } from './docs/presets.js';
import { createManifest, elementsOf, themeTokens } from './manifest.js';
import { entries } from './package-builds.js';
import { giveUp, root } from './prepare.js';

const generated = '<!-- Written by `npm run docs` from the sources. -->';

const load = async (path) => (await runnerImport(join(root, path), { configFile: false, root })).module;

const elements = elementsOf(createManifest());
const { presets } = await load('src/policy/index.ts');
const { en } = await load('components/locales/en.ts');
const api = apiPages(entries, elements);
const pages = {
  ...elementPages(elements, themeTokens()),
  'theme.md': themePage(themeTokens()),
  'presets.md': presetsPage(presets, en.presets),
  'command.md': commandPage(readFileSync(join(root, 'cli/lr-lab.ts'), 'utf8')),
  ...api,
};
pages['README.md'] = indexPage();

const options = await prettier.resolveConfig(join(root, 'docs/README.md'));
const stale = [];
for (const [name, text] of Object.entries(pages)) {
  const file = join(root, 'docs', name);
  const content = await prettier.format(`${generated}\n\n${text}`, { ...options, parser: 'markdown' });
  if (existsSync(file) && readFileSync(file, 'utf8') === content) continue;
  stale.push(name);
  if (process.argv.includes('--check')) continue;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
const left = ['elements', 'api'].flatMap((folder) =>
  readdirSync(join(root, 'docs', folder))
    .map((name) => `${folder}/${name}`)
    .filter((name) => !Object.hasOwn(pages, name)),
);
if (left.length > 0) giveUp(`docs has pages that nothing writes: ${left.join(', ')}; remove them.`);
if (process.argv.includes('--check') && stale.length > 0)
  giveUp(`docs is stale: ${stale.join(', ')}; \`npm run docs\` writes it again.`);
console.log(`docs: ${Object.keys(pages).length} pages, ${stale.length} of them changed`);

/** Where everything is. */
function indexPage() {
  const firstSentence = (text) => text.split(/(?<=\.) /)[0];
  return `# Reference

[Recipes](recipes.md): plain HTML, React, Vue, VitePress and Next, content security policies, Playwright, Node, bundlers.

## Elements

| element | what it is |
| --- | --- |
${elements.map(({ tagName, summary }) => `| [\`<${tagName}>\`](elements/${tagName}.md) | ${firstSentence(summary)} |`).join('\n')}

[Colours, typefaces and sizes](theme.md) that a page may set, and the [presets](presets.md) that \`policy\` names.
\`lr-lab/custom-elements.json\` tells editors the same.

## Imports

| import | what it is |
| --- | --- |
${Object.keys(api)
  .map((page) => {
    const [, title, intro] = /^# `(.+)`\n\n(.+)/.exec(api[page]);
    return `| [\`${title}\`](${page}) | ${firstSentence(intro)} |`;
  })
  .join('\n')}

## Command

[\`lr-lab\`](command.md) trains, previews and converts without a page.
`;
}
