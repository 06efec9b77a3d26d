/** The options of torch.optim's classes as form fields: texts and switches under PyTorch's names. */
import type { Config } from '../../src/lab/index.js';
import { defaultConfig } from '../../src/lab/index.js';

/** The class name of an optimizer. */
export type OptimizerName = Config['optimizer']['type'];

/** The numeric options; `beta1` and `beta2` are the two of `betas`. */
export type NumberOption =
  | 'weightDecay'
  | 'momentum'
  | 'dampening'
  | 'beta1'
  | 'beta2'
  | 'alpha'
  | 'eps'
  | 'lrDecay'
  | 'initialAccumulatorValue';

/** The options that are switches. */
export type FlagOption = 'nesterov' | 'amsgrad' | 'centered' | 'maximize';

/** PyTorch's own names of the options. */
export const pythonNames: Record<NumberOption | FlagOption, string> = {
  weightDecay: 'weight_decay',
  momentum: 'momentum',
  dampening: 'dampening',
  beta1: 'betas[0]',
  beta2: 'betas[1]',
  alpha: 'alpha',
  eps: 'eps',
  lrDecay: 'lr_decay',
  initialAccumulatorValue: 'initial_accumulator_value',
  nesterov: 'nesterov',
  amsgrad: 'amsgrad',
  centered: 'centered',
  maximize: 'maximize',
};

/** The options of an optimizer, with PyTorch's defaults; torch/optim/*.py. */
interface OptimizerFields {
  readonly numbers: Partial<Record<NumberOption, number>>;
  readonly flags: readonly FlagOption[];
  /** The usual initial rate: PyTorch's default, except for SGD. */
  readonly lr: number;
}

const adam = { beta1: 0.9, beta2: 0.999, eps: 1e-8 };

/** The fields of each optimizer, in the order of the form. */
export const optimizerFields: Record<OptimizerName, OptimizerFields> = {
  SGD: {
    numbers: { momentum: 0, weightDecay: 0, dampening: 0 },
    flags: ['nesterov', 'maximize'],
    lr: defaultConfig.optimizer.lr,
  },
  Adam: { numbers: { ...adam, weightDecay: 0 }, flags: ['amsgrad', 'maximize'], lr: 0.001 },
  AdamW: { numbers: { ...adam, weightDecay: 0.01 }, flags: ['amsgrad', 'maximize'], lr: 0.001 },
  RMSprop: {
    numbers: { alpha: 0.99, momentum: 0, weightDecay: 0, eps: 1e-8 },
    flags: ['centered', 'maximize'],
    lr: 0.01,
  },
  Adagrad: {
    numbers: { weightDecay: 0, lrDecay: 0, initialAccumulatorValue: 0, eps: 1e-10 },
    flags: ['maximize'],
    lr: 0.01,
  },
};

/** The numeric options of an optimizer. */
export const numbersOf = (type: OptimizerName): NumberOption[] =>
  Object.keys(optimizerFields[type].numbers) as NumberOption[];
