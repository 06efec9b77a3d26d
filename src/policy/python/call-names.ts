/** What the names of things tell about them, where the code does not hold the things themselves. */
import { isSchedulerType } from '../schema/scheduler-parameters.js';
import type { SchedulerType } from '../schema/scheduler-parameters.js';

/** What toPyTorch calls the class by which it hands a metric to ReduceLROnPlateau inside a composite. */
export const adapterName = 'WithMetric';

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

/** The scheduler class of PyTorch that a path names. */
export function schedulerAt(path: string): SchedulerType | undefined {
  const name = lastOf(path);
  const isTorch =
    /^torch\.optim\.(?:lr_scheduler|swa_utils)\.\w+$/.test(path) || /^torch\.optim\.\w+$/.test(path);
  return isTorch && isSchedulerType(name) ? name : undefined;
}

/** Whether a path names an optimizer class of PyTorch. */
export function isOptimizerAt(path: string): boolean {
  return (
    /^torch\.optim\.(?:\w+\.)?[A-Z]\w*$/.test(path) &&
    !/Schedule|LR$|Optimizer$/.test(path) &&
    !path.includes('lr_scheduler')
  );
}

/** Whether a name is one of Hugging Face's functions that make a scheduler. */
export function isHuggingFaceSchedule(name: string): boolean {
  return /^get_(?:\w+_schedule(?:_with_\w+)?|scheduler)$/.test(name);
}

/** The module that Hugging Face's functions come from. */
export function isHuggingFace(path: string): boolean {
  return /^(?:transformers|diffusers)(?:\.|$)/.test(path);
}

/** The member of `math`, or the same member of numpy or torch, that a path names. */
export function mathMember(path: string): string | undefined {
  return /^(?:math|numpy|np)\.(\w+)$/.exec(path)?.[1];
}

export function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

/** The words of a name in any of the usual spellings: `trainOneEpoch`, `train_one_epoch`. */
export function wordsOf(name: string): string[] {
  return lastOf(name)
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .split('_')
    .filter((word) => word !== '');
}

const has = (words: readonly string[], pattern: RegExp): boolean => words.some((word) => pattern.test(word));

/** What calling something of this name does to the optimizer that it is given, as far as the name tells. */
export type CallPurpose = 'rate' | 'reading' | 'training' | 'wrapping' | 'unknown';

/** The purpose of a function or method, by its name. */
export function purposeOf(name: string): CallPurpose {
  const words = wordsOf(name);
  const [first = ''] = words;
  const isAboutRate =
    has(words, /^(?:lrs?|sched\w*|warm\w*|anneal\w*|adjust\w*|decay\w*|onecycle|sgdr)$/) ||
    /learning_?rate|sched|warmup/i.test(lastOf(name));
  const reads = /^(?:get|print|log|show|current|report|plot|record|track|watch|monitor|has|is)$/.test(first);
  if (isAboutRate) {
    const isGetter =
      reads && has(words, /^(?:lrs?|rate|rates)$/) && !has(words, /^(?:sched\w*|warm\w*|anneal\w*)$/);
    return isGetter ? 'reading' : 'rate';
  }
  if (has(words, /^(?:train\w*|fit|epochs?|learn|optimi[sz]e|backprop|minibatch|pretrain\w*|finetune\w*)$/)) {
    return /^(?:log|save|print|plot|report)$/.test(first) || first === 'trainer' || words.at(-1) === 'trainer'
      ? 'reading'
      : 'training';
  }
  if (has(words, /^(?:prepare|initiali[sz]e|distributed|setup|wrap\w*)$/)) return 'wrapping';
  if (
    reads ||
    has(
      words,
      /^(?:save\w*|checkpoint\w*|ckpt|log\w*|print\w*|plot\w*|eval\w*|valid\w*|test\w*|summar\w*|clip|unscale|grad\w*|zero|norm|state|count|len|str|repr|type|isinstance|hasattr|id|callable|display|debug|info|scaler|writer|add|scalar|update_model|stopp\w*|averaged|ema|config\w*|watch|monitor|dump|deepcopy)$/,
    )
  )
    return 'reading';
  return 'unknown';
}

/** What one call of something that trains is: an epoch or an update, if its name tells. */
export function unitOf(name: string): 'epoch' | 'step' | undefined {
  const words = wordsOf(name);
  if (has(words, /^epochs?$/)) return 'epoch';
  return has(words, /^(?:batch|step|iter|iteration|update|minibatch)$/) ? 'step' : undefined;
}

/** The library that is not PyTorch's and what comes nearest to its schedules. */
export function foreignLibrary(path: string): { name: string; instead: string } | undefined {
  const root = path.split('.')[0];
  const known: Readonly<Record<string, [string, string]>> = {
    timm: ['timm', 'SequentialLR with LinearLR and CosineAnnealingLR, stepped once an update'],
    fastai: ['fastai', 'OneCycleLR, stepped once an update, for fit_one_cycle'],
    keras: ['Keras', 'ExponentialLR or CosineAnnealingLR of torch.optim.lr_scheduler'],
    tensorflow: ['Keras', 'ExponentialLR or CosineAnnealingLR of torch.optim.lr_scheduler'],
    optax: ['optax', 'LambdaLR with the same formula'],
    jax: ['JAX', 'LambdaLR with the same formula'],
    flax: ['JAX', 'LambdaLR with the same formula'],
    paddle: ['Paddle', 'the class of the same kind in torch.optim.lr_scheduler'],
    mmcv: ['MMCV', 'MultiStepLR or CosineAnnealingLR of torch.optim.lr_scheduler'],
    mmengine: ['MMEngine', 'MultiStepLR or CosineAnnealingLR of torch.optim.lr_scheduler'],
    ignite: ['Ignite', 'SequentialLR with LinearLR'],
    pytorch_warmup: ['pytorch_warmup', 'SequentialLR with LinearLR'],
    warmup_scheduler: ['warmup_scheduler', 'SequentialLR with LinearLR'],
    cosine_annealing_warmup: ['cosine_annealing_warmup', 'SequentialLR with LinearLR'],
  };
  if (!Object.hasOwn(known, root)) return undefined;
  const [name, instead] = known[root];
  return { name, instead };
}

/** Whether a name is that of a scheduler class, or of a function of Hugging Face that makes one. */
export function isSchedulerWord(name: string): boolean {
  return isSchedulerType(name) || isHuggingFaceSchedule(name);
}
