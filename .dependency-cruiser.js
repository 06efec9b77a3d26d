/**
 * Which folder may import which: data flows one way, no circle remains (types included), and a folder is entered by its
 * public files alone. `npm run lint` checks it.
 */

/** What each folder may import besides itself and the ground; everything else in src and components is closed to it. */
const layers = {
  'src/schedulers': [],
  'src/policy': ['src/schedulers'],
  'src/data': [],
  'src/models': [],
  'src/gpu': [],
  'src/optimizers': ['src/gpu'],
  'src/tfjs': ['src/schedulers', 'src/policy'],
  'src/config': ['src/schedulers', 'src/policy', 'src/data', 'src/models', 'src/gpu', 'src/optimizers'],
  'src/timeline': ['src/schedulers', 'src/policy', 'src/config'],
};
layers['src/export'] = [...layers['src/config'], 'src/config', 'src/timeline'];
layers['src/training'] = layers['src/export'];
layers['src/worker'] = [...layers['src/training'], 'src/training'];
layers['src/lab'] = [...layers['src/worker'], 'src/worker', 'src/export'];
layers['src/experiment'] = ['src/policy', 'src/config', 'src/timeline', 'src/export', 'src/lab'];
layers.components = ['src/lab', 'src/policy', 'src/config', 'src/export', 'src/experiment'];
const internal = (...folders) => folders.map((folder) => `components/internal/${folder}`);
layers['components/locales'] = ['src/lab', 'src/policy', 'src/experiment'];
layers['components/internal/kit'] = ['components/locales'];
layers['components/internal/plot'] = internal('kit');
layers['components/internal/policy'] = ['src/policy', 'src/config', 'components/locales', ...internal('kit')];
layers['components/internal/lab'] = [
  ...['src/lab', 'src/policy', 'src/export', 'components/locales'],
  ...internal('kit', 'plot', 'policy'),
];
layers['components/internal/chart'] = [
  ...['src/lab', 'src/policy', 'components/locales'],
  ...internal('kit', 'plot', 'policy', 'lab'),
];
layers.cli = ['src/lab', 'src/policy', 'src/config', 'src/timeline', 'src/models'];
layers.pages = ['src/policy', 'src/lab', 'src/experiment', 'components'];

/**
 * The same for the folders of the reader of PyTorch programs. Above them `machine.ts` makes one interpreter of its parts,
 * and `read-program.ts` is what others call.
 */
const reader = { outcome: [], syntax: ['outcome'], names: ['syntax'], values: ['syntax'] };
reader.state = ['outcome', 'syntax', 'values'];
reader.calls = [...reader.state, 'state', 'names'];
reader.expressions = [...reader.calls, 'calls'];
reader.statements = [...reader.expressions, 'expressions'];
reader.training = [...reader.state, 'state'];
reader.program = [...reader.calls, 'calls', 'training'];

/** `index.ts`; where that loads tf.js, `names.ts` offers names, defaults and bounds without it. */
const publicFiles = 'index|names';

const within = (folder) => `^${folder}/`;

/** What every folder may import but the schedulers, which have no dependency. */
const ground = '^src/(errors|async|closest-word)\\.ts$';

const upward = Object.entries(layers).map(([folder, allowed]) => ({
  name: `${folder.replace('src/', '')}-imports-down`,
  comment: `${folder} may import ${allowed.length > 0 ? allowed.join(', ') : 'no other folder'}.`,
  severity: 'error',
  from: { path: within(folder) },
  to: {
    path: '^(src|components|cli|pages)/',
    pathNot: [folder, ...allowed].map(within).concat(folder === 'src/schedulers' ? [] : [ground]),
  },
}));

const python = 'src/policy/python';
const upwardInReader = Object.entries(reader).map(([folder, allowed]) => ({
  name: `python-${folder}-imports-down`,
  comment: `In the reader of PyTorch programs ${folder} may import ${allowed.length > 0 ? allowed.join(', ') : 'no other folder'}.`,
  severity: 'error',
  from: { path: within(`${python}/${folder}`) },
  to: {
    path: within(python),
    pathNot: [
      ...[folder, ...allowed].map((each) => within(`${python}/${each}`)),
      `^${python}/adapter-name\\.ts$`,
    ],
  },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    ...upward,
    ...upwardInReader,
    {
      name: 'public-entry',
      comment: `A folder of src is entered by ${publicFiles}.`,
      severity: 'error',
      from: { path: '^(?:src/)?([^/]+)/' },
      to: { path: '^src/[^/]+/', pathNot: [`/(${publicFiles})\\.ts$`, '^src/$1/'] },
    },
    {
      name: 'element-by-its-tag',
      comment: 'Of another element only the file that defines its tag may be imported.',
      severity: 'error',
      from: { path: '^components/([^/]+)/' },
      to: { path: '^components/lr-', pathNot: ['^components/$1/', '^components/(lr-[^/]+)/\\1\\.ts$'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.js'] },
  },
};
