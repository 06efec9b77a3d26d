/** The pages of the imports, from their declarations and the comments above them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../prepare.js';
import { code, table } from './markdown.js';

/** How each import begins. */
const examples = {
  lab: `import { Lab } from 'lr-lab/lab';

const lab = new Lab({ dataset: 'digits', model: 'tiny', epochs: 1, stepsPerEpoch: 10 });
const [run] = lab.runs.value;
await lab.step(5);
await lab.swap(run, { type: 'StepLR', stepSize: 1 });
await lab.start();
await lab.finished;
console.log(run.toCSV());
await lab.dispose();`,
  experiment: `import { Experiment, parseExperiment } from 'lr-lab/experiment';

const read = parseExperiment({
  title: 'A rate that is too large',
  setup: { stepsPerEpoch: 10, epochs: 1 },
  runs: [{ name: 'lr 0.1' }, { name: 'lr 100', lr: 100 }],
  check: [{ code: 'diverges', run: 'lr 100' }],
});
if (!read.success) throw new Error(JSON.stringify(read.issues));
const { holds, says } = await new Experiment(read.experiment).run({ seed: 1 });
console.log(holds, says);`,
  schedulers: `import { StepLR } from 'lr-lab/schedulers';

const optimizer = { paramGroups: [{ lr: 0.1 }] };
const scheduler = new StepLR(optimizer, { stepSize: 30, gamma: 0.1 });
scheduler.step();
console.log(scheduler.getLastLr());`,
  policy: `import { fromPyTorch, previewPolicy, toPyTorch } from 'lr-lab/policy';

const { lr } = previewPolicy(
  [{ scheduler: { type: 'StepLR', stepSize: 30 }, interval: 'epoch' }],
  { lr: 0.1, steps: 90, stepsPerEpoch: 1 },
);
console.log(lr[0].at(-1), toPyTorch({ type: 'StepLR', stepSize: 30 }));

const read = fromPyTorch('scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=30)');
console.log(read.success ? read.policy : read.issues);`,
  optimizers: `import * as tf from '@tensorflow/tfjs';
import { SGD } from 'lr-lab/optimizers';

const weight = tf.variable(tf.scalar(1));
const optimizer = new SGD([weight], { lr: 0.1, momentum: 0.9 }); // or a tf.js model, or groups
const { grads } = tf.variableGrads(() => weight.square().asScalar());
optimizer.step([grads[weight.name]]); // a gradient for each parameter
optimizer.paramGroups[0].lr = 0.05;`,
  training: `import { Trainer } from 'lr-lab/training';

const trainer = await Trainer.create({ dataset: 'digits', model: 'tiny', backend: 'cpu', seed: 7 });
const rows = await trainer.step(3);
console.log(rows.map(({ step, loss, lr }) => [step, loss, ...lr]));
trainer.dispose();`,
  tfjs: `import * as tf from '@tensorflow/tfjs';
import { SchedulerCallback } from 'lr-lab/tfjs';

const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
model.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
const callbacks = new SchedulerCallback({ type: 'StepLR', stepSize: 10 });
await model.fit(tf.ones([8, 1]), tf.ones([8, 1]), { epochs: 3, verbose: 0, callbacks });`,
};

/** What must be installed besides lr-lab. */
const installs = {
  optimizers: '`@tensorflow/tfjs-core`, and the backend of tf.js on which it computes',
  training:
    "`@tensorflow/tfjs-core`, `@tensorflow/tfjs-layers`, and the backend on which it computes: `@tensorflow/tfjs-backend-webgpu`, `-webgl` or `-cpu`; npm's `@tensorflow/tfjs` has all of them but the first backend",
  tfjs: "`@tensorflow/tfjs-core` and `@tensorflow/tfjs-layers`, which npm's `@tensorflow/tfjs` has",
};

const workerPage = `# \`lr-lab/worker\`

The worker in which a Lab trains, with tf.js in it. It is a file to serve, not a module to import. Beside it lie
\`worker-webgl.js\` and \`worker-cpu.js\`, which it imports where there is no WebGPU.

Vite, webpack and the files in \`cdn/\` find it by themselves. esbuild and Rollup do not, and a lab then reports
\`worker\` with the address that it has tried. Copy the three files beside your page and set the address of the first once,
before the first start:

\`\`\`js
import { setWorkerUrl } from 'lr-lab/lab';

// Copies of node_modules/lr-lab/cdn/worker.js, worker-webgl.js and worker-cpu.js.
setWorkerUrl(new URL('worker.js', document.baseURI));
\`\`\`

A worker of another origin is imported by a small script of the page's own; [the recipes](../recipes.md#a-content-security-policy)
have the lines of a content security policy for it.
`;

/** A page for each import: `{ 'api/lab.md': text, … }`. */
export function apiPages(entries, elements) {
  const files = ['components/index.ts', ...entries.map((name) => `src/${name}/index.ts`)];
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files, include: [] }, ts.sys, root);
  const program = ts.createProgram(
    files.map((file) => join(root, file)),
    options,
  );
  const checker = program.getTypeChecker();
  const pages = Object.fromEntries(
    entries.map((name) => {
      const source = program.getSourceFile(join(root, `src/${name}/index.ts`));
      return [`api/${name}.md`, entryPage(name, source, checker)];
    }),
  );
  const index = program.getSourceFile(join(root, 'components/index.ts'));
  return { 'api/lr-lab.md': elementsPage(index, checker, elements), ...pages, 'api/worker.md': workerPage };
}

/** The page of \`import 'lr-lab'\`: the elements' classes, and the types of their events. */
function elementsPage(source, checker, elements) {
  const types = exportsOf(source, checker).filter(({ kind }) => kind === 'type');
  return `# \`lr-lab\`

Registers all elements but \`<lr-experiment>\`. That is an import of its own: \`lr-lab/components/lr-experiment\`, or
\`cdn/lr-experiment.js\`. Importing either is safe in Node too, where a server writes the tags and a browser fills them later.

\`\`\`js
import 'lr-lab';
\`\`\`

Each element alone: \`import 'lr-lab/components/lr-schedule-plot'\`. Types for JSX: \`import type {} from 'lr-lab/jsx'\`.

${table(
  ['class', 'element'],
  elements
    .filter(({ tagName }) => tagName !== 'lr-experiment')
    .map(({ name, tagName }) => [code(name), `[\`<${tagName}>\`](../elements/${tagName}.md)`]),
)}

## Types

${types.map(typeText).join('\n\n')}
`;
}

function entryPage(name, source, checker) {
  const exported = exportsOf(source, checker);
  const of = (kind) => exported.filter((each) => each.kind === kind);
  const parts = [
    ['Classes', of('class').map((each) => classText(each, checker))],
    ['Functions', of('function').map((each) => functionText(each))],
    ['Values', of('value').map((each) => valueText(each, checker))],
    ['Types', of('type').map(typeText)],
  ];
  const needs = installs[name];
  return `# \`lr-lab/${name}\`

${introOf(source)}${needs === undefined ? '' : ` Besides lr-lab it needs ${needs}.`}

\`\`\`js
${examples[name]}
\`\`\`

${parts
  .filter(([, texts]) => texts.length > 0)
  .map(([title, texts]) => `## ${title}\n\n${texts.join('\n\n')}`)
  .join('\n\n')}
`;
}

/** The comment at the beginning of a file, in one line. */
function introOf(source) {
  const comment = /^\/\*\*([^]*?)\*\//.exec(readFileSync(source.fileName, 'utf8'))?.[1];
  if (comment === undefined) throw new Error(`${source.fileName} begins without a comment`);
  return comment.replaceAll(/\n \*/g, ' ').replaceAll(/\s+/g, ' ').trim();
}

/** What a file exports, in its order, each with its declaration and what is written above it. */
function exportsOf(source, checker) {
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(source));
  return exported.map((alias) => {
    const symbol = alias.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(alias) : alias;
    const [declaration] = symbol.declarations;
    const kind = ts.isClassDeclaration(declaration)
      ? 'class'
      : ts.isFunctionDeclaration(declaration)
        ? 'function'
        : ts.isVariableDeclaration(declaration)
          ? 'value'
          : 'type';
    return { name: alias.name, symbol, declaration, kind, words: wordsOf(symbol, checker) };
  });
}

/** What is written above a declaration: a text, parameters, what it throws and returns. */
function wordsOf(symbol, checker) {
  const plain = (parts) =>
    ts
      .displayPartsToString(parts)
      .replaceAll(/\{@link (\S+?)\s*\}/g, '`$1`')
      .trim();
  const tags = symbol.getJsDocTags(checker).map(({ name, text = [] }) => ({ name, text: plain(text) }));
  return { text: plain(symbol.getDocumentationComment(checker)), tags };
}

/** The words as paragraphs. */
function paragraphs({ text, tags }) {
  const lines = tags.flatMap(({ name, text: words }) => {
    if (name === 'param') {
      const [, parameter, rest] = /^(\S+)\s*(?:- )?([^]*)$/.exec(words) ?? [];
      return rest === undefined || rest === '' ? [] : [`- \`${parameter}\`: ${rest}`];
    }
    if (name === 'throws') return [`- Throws ${words}`];
    if (name === 'returns') return [`- Returns ${words}`];
    return [];
  });
  return [text, lines.join('\n')].filter((part) => part !== '').join('\n\n');
}

const isPublic = (member) =>
  !(ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) &&
  !(member.name && ts.isPrivateIdentifier(member.name));

/** A declaration without its body. */
function headOf(declaration) {
  const text = declaration.getSourceFile().text;
  const end = declaration.body === undefined ? declaration.end : declaration.body.pos;
  return text
    .slice(declaration.getStart(), end)
    .replace(/^export (?:default )?/, '')
    .replaceAll(/\b(?:override|public|async) /g, '')
    .replace(/;$/, '')
    .trim();
}

function classText({ name, declaration, words }, checker) {
  const heritage = declaration.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
  const base = heritage?.types[0].expression.getText();
  const constructors = declaration.members.filter(
    (member) => ts.isConstructorDeclaration(member) && isPublic(member),
  );
  const made = (constructors.length > 1 ? constructors.slice(0, -1) : constructors).map((member) =>
    headOf(member).replace(/^constructor/, `new ${name}`),
  );
  const members = declaration.members.filter(
    (member) =>
      !ts.isConstructorDeclaration(member) &&
      !ts.isSetAccessorDeclaration(member) &&
      !ts.isSemicolonClassElement(member) &&
      isPublic(member),
  );
  const rows = members
    // Of an overloaded method the signatures count, and not the one with the body.
    .filter(
      (member) =>
        member.body === undefined ||
        !members.some(
          (each) =>
            each !== member &&
            each.body === undefined &&
            each.name?.getText() === member.name?.getText() &&
            ts.isMethodDeclaration(each),
        ),
    )
    .map((member) => [code(memberText(member, checker)), memberWords(member, checker)]);
  return [
    `### \`${name}\``,
    paragraphs(words),
    base === undefined || base === 'Error' ? '' : `Extends \`${base}\`, whose members it has too.`,
    made.length === 0 ? '' : `\`\`\`ts\n${made.join('\n')}\n\`\`\``,
    table(['member', 'what it does'], rows),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function memberText(member, checker) {
  const isStatic = ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static ? 'static ' : '';
  if (ts.isMethodDeclaration(member)) return isStatic + headOf(member).replace(/^(?:static|abstract) /, '');
  const name = member.name.getText();
  const type =
    member.type?.getText() ??
    checker.typeToString(checker.getTypeAtLocation(member), member, ts.TypeFormatFlags.NoTruncation);
  return `${isStatic}${name}${member.questionToken ? '?' : ''}: ${type}`;
}

function memberWords(member, checker) {
  const symbol = checker.getSymbolAtLocation(member.name);
  const { text, tags } = wordsOf(symbol, checker);
  const also = tags.flatMap(({ name, text: words }) => (name === 'throws' ? [`Throws ${words}`] : []));
  return [text, ...also].join(' ').replaceAll(/\s+/g, ' ').trim();
}

function functionText({ name, symbol, words }) {
  const { declarations } = symbol;
  const heads =
    declarations.length > 1 ? declarations.filter(({ body }) => body === undefined) : declarations;
  return `### \`${name}()\`\n\n${paragraphs(words)}\n\n\`\`\`ts\n${heads.map(headOf).join('\n')}\n\`\`\``;
}

function valueText({ name, declaration, words }, checker) {
  const type =
    declaration.type?.getText() ??
    checker.typeToString(
      checker.getTypeAtLocation(declaration),
      declaration,
      ts.TypeFormatFlags.NoTruncation,
    );
  const shown = type.length > 400 ? '' : `\n\n\`\`\`ts\nconst ${name}: ${type};\n\`\`\``;
  return `### \`${name}\`\n\n${paragraphs(words)}${shown}`;
}

function typeText({ name, declaration, words }) {
  return `### \`${name}\`\n\n${paragraphs(words)}\n\n\`\`\`ts\n${headOf(declaration)}\n\`\`\``;
}
