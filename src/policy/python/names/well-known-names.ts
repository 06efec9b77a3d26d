/** Names that a program uses without a definition of its own. */
import { isSchedulerType } from '../../schema/scheduler-parameters.js';
import { isHuggingFaceSchedule } from './paths.js';

/** The optimizers of torch.optim, which many programs name without their module. */
const optimizerNames =
  /^(?:SGD|Adam|AdamW|RMSprop|Adagrad|Adadelta|Adamax|NAdam|RAdam|ASGD|Rprop|LBFGS|SparseAdam|Adafactor|Muon)$/;

/** Names that mean the same thing in every program that does not give them a meaning itself. */
const wellKnown: Readonly<Record<string, string>> = {
  torch: 'torch',
  optim: 'torch.optim',
  lr_scheduler: 'torch.optim.lr_scheduler',
  swa_utils: 'torch.optim.swa_utils',
  nn: 'torch.nn',
  math: 'math',
  np: 'numpy',
  numpy: 'numpy',
  argparse: 'argparse',
  functools: 'functools',
  partial: 'functools.partial',
  pl: 'pytorch_lightning',
  transformers: 'transformers',
  tqdm: 'tqdm',
  trange: 'tqdm.trange',
  warnings: 'warnings',
  sys: 'sys',
  os: 'os',
};

const builtIns = new Set([
  ...['abs', 'all', 'any', 'bool', 'dict', 'divmod', 'enumerate', 'eval', 'exec', 'exit', 'filter', 'float'],
  ...['getattr', 'hasattr', 'id', 'int', 'isinstance', 'iter', 'len', 'list', 'map', 'max', 'min', 'next'],
  ...[
    'open',
    'pow',
    'print',
    'quit',
    'range',
    'repr',
    'reversed',
    'round',
    'set',
    'setattr',
    'sorted',
    'str',
  ],
  ...[
    'sum',
    'super',
    'tuple',
    'type',
    'vars',
    'zip',
    'globals',
    'locals',
    'delattr',
    'callable',
    'object',
    '__lr__',
  ],
]);

/** The path that a name stands for where the program does not define it; undefined for any other name. */
export function pathOfFreeName(name: string): string | undefined {
  if (builtIns.has(name)) return `builtins.${name}`;
  if (isSchedulerType(name))
    return name === 'SWALR' ? `torch.optim.swa_utils.${name}` : `torch.optim.lr_scheduler.${name}`;
  if (optimizerNames.test(name)) return `torch.optim.${name}`;
  if (isHuggingFaceSchedule(name)) return `transformers.${name}`;
  return Object.hasOwn(wellKnown, name) ? wellKnown[name] : undefined;
}

/** Modules that give all their names to a program without changing what the names of PyTorch mean. */
export function isHarmlessStar(module: string): boolean {
  return /^(?:torch(?:\..*)?|math|typing|tqdm|numpy|fastcore.*)$/.test(module);
}
