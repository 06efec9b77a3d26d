/** The pieces of code in the documents: extracted, type-checked, run and compared with what the elements take. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createManifest, elementsOf } from '../manifest.js';
import { giveUp, root, runs } from '../prepare.js';

/** Modules that only a project of a reader has, and what a snippet uses of them. */
const elsewhere = {
  '@vitejs/plugin-vue':
    'export default function plugin(options: { template: { compilerOptions: { isCustomElement: (tag: string) => boolean } } }): unknown;',
  'vitepress/theme': 'const theme: object; export default theme;',
};

/**
 * All documents for people who use the package.
 *
 * @returns {string[]}
 */
export const documents = () => [
  'README.md',
  'README.zh.md',
  'SECURITY.md',
  ...readdirSync(join(root, 'docs'), { recursive: true })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`),
];

/**
 * Every piece of code, once: its document and line, its language and its text.
 *
 * @param {string[]} paths
 * @returns {{ at: string, language: string, code: string }[]}
 */
export function snippetsOf(paths) {
  const seen = new Set();
  const all = paths.flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    return [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(({ 1: language, 2: code, index }) => ({
      at: `${path}:${text.slice(0, index).split('\n').length}`,
      language,
      code,
    }));
  });
  return all.filter(({ code }) => !seen.has(code) && seen.add(code));
}

/**
 * Checks all snippets in a folder where the package is installed.
 *
 * @param {string} user the folder
 * @param {(...args: string[]) => { status: number, stderr: string }} command runs `lr-lab`
 */
export async function checkSnippets(user, command) {
  // The reference shows types as they are declared, without what they refer to.
  const all = snippetsOf(documents()).filter(
    ({ language, at }) => language !== 'ts' || !at.includes('docs/api/'),
  );
  const of = (...languages) => all.filter(({ language }) => languages.includes(language));
  checkTypes(of('js', 'ts', 'tsx'), user);
  const programs = of('js').filter(({ code }) => runsInNode(code));
  runPrograms(programs, user);
  writeFileSync(
    join(user, 'train.py'),
    `import torch
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=30)
for epoch in range(90):
    train()
    scheduler.step()
`,
  );
  const lines = new Set(of('sh').flatMap(({ code }) => code.match(/^npx lr-lab .+$/gm) ?? []));
  for (const line of lines) {
    const [, ...args] = line.match(/'[^']*'|\S+/g).slice(1);
    const { status, stderr } = command(...args.map((arg) => arg.replaceAll("'", '')));
    assert.equal(status, 0, `${line}: ${stderr}`);
  }
  const { parsePolicy, presetOf } = await import('lr-lab/policy');
  const isPolicy = (text) => presetOf(text) !== undefined || parsePolicy(JSON.parse(text)).success;
  for (const { at, code } of of('json')) assert(isPolicy(code), `${at} is not a policy`);
  for (const snippet of of('html', 'vue')) checkMarkup(snippet, isPolicy);
  console.log(
    `${all.length} snippets of the documents: ${of('js', 'ts', 'tsx').length} type-checked, ` +
      `${programs.length + lines.size} run, ${of('html', 'vue').length} compared with the elements`,
  );
}

function checkTypes(snippets, user) {
  const folder = join(user, 'snippets');
  mkdirSync(folder, { recursive: true });
  for (const name of ['@tensorflow', '@playwright', '@types', '@webgpu'])
    if (!existsSync(join(user, 'node_modules', name)))
      symlinkSync(join(root, 'node_modules', name), join(user, 'node_modules', name), 'junction');
  const stubs = Object.entries(elsewhere).map(([name, text]) => `declare module '${name}' { ${text} }`);
  writeFileSync(
    join(folder, 'elsewhere.d.ts'),
    `${stubs.join('\n')}\ndeclare namespace JSX { interface Element {} interface ElementChildrenAttribute { children: unknown } }\n`,
  );
  const files = snippets.map(({ at, language, code }) => {
    const name = `${at.replaceAll(/\W+/g, '-')}.${language === 'tsx' ? 'tsx' : 'ts'}`;
    writeFileSync(join(folder, name), `${code}\nexport {};\n`);
    return name;
  });
  const compilerOptions = {
    ...{ target: 'es2022', module: 'esnext', moduleResolution: 'bundler', jsx: 'preserve' },
    ...{
      strict: true,
      skipLibCheck: true,
      noEmit: true,
      types: ['node'],
      lib: ['es2023', 'dom', 'dom.iterable'],
    },
  };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['elsewhere.d.ts', ...files] }),
  );
  if (!runs('npx', ['--no-install', 'tsc', '--project', folder]))
    giveUp('a snippet does not type-check (see above).');
}

/** Whether a program needs no page and no other package. */
function runsInNode(code) {
  const imports = [...code.matchAll(/from '([^']+)'|^import '([^']+)'/gm)].map(
    ([, from, alone]) => from ?? alone,
  );
  const known = /^(?:lr-lab\/(?:lab|schedulers|policy|optimizers|training|tfjs)|@tensorflow\/tfjs|node:.+)$/;
  return (
    imports.length > 0 && imports.every((name) => known.test(name)) && !/\b(?:document|location)\b/.test(code)
  );
}

/** Runs programs one after another in one process, so that tf.js loads once. */
function runPrograms(programs, user) {
  const names = programs.map(({ at, code }) => {
    const name = `${at.replaceAll(/\W+/g, '-')}.mjs`;
    writeFileSync(join(user, name), code);
    return name;
  });
  const all = names.map((name) => `at = '${name}'; await import('./${name}');`);
  writeFileSync(
    join(user, 'snippets.mjs'),
    `let at; process.on('exit', (status) => { if (status !== 0) console.error(at); });\n${all.join('\n')}\n`,
  );
  execFileSync(process.execPath, ['snippets.mjs'], { cwd: user, stdio: ['ignore', 'ignore', 'inherit'] });
}

const elements = elementsOf(createManifest());

/** Attributes of any element. */
const common = /^(?:id|class|style|slot|hidden|dir|title|lang|data-.+|aria-.+)$/;

function checkMarkup({ at, code }, isPolicy) {
  for (const [, tag, text] of code.matchAll(
    /<(lr-[\w-]+)((?:\s+[\w:@-]+(?:=(?:"[^"]*"|'[^']*'))?)*)\s*\/?>/g,
  )) {
    const element = elements.find(({ tagName }) => tagName === tag);
    assert(element, `${at}: there is no <${tag}>`);
    for (const [, bound, name, double, single] of text.matchAll(
      /([:@]?)([\w-]+)(?:="([^"]*)"|='([^']*)')?/g,
    )) {
      const isKnown = common.test(name) || element.attributes.some((attribute) => attribute.name === name);
      assert(isKnown, `${at}: <${tag}> has no attribute ${name}`);
      if (name === 'policy' && bound === '') assert(isPolicy(double ?? single), `${at}: ${text.trim()}`);
    }
  }
  for (const [, path] of code.matchAll(/npm\/lr-lab(?:@[\w.]+)?\/([\w./-]+)/g))
    assert(existsSync(join(root, path)), `${at}: the package has no ${path}`);
}
