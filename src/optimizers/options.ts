/**
 * Every optimizer that there is here and every option that it takes, in PyTorch's positional order, with PyTorch's
 * defaults. Classes, configs, forms and PyTorch programs all read this table. It loads no tf.js, so that a page can
 * check its input without it.
 *
 * The bounds are those that PyTorch checks at construction; `lr` is above 0 here, and every number is finite.
 *
 * Source: torch/optim/sgd.py, adam.py, adamw.py, rmsprop.py and adagrad.py.
 */

/** A number: PyTorch's name and default, and the bounds within which it is accepted. */
export interface NumberOption {
  readonly kind: 'number';
  readonly python: string;
  readonly default: number;
  /** What a run usually starts with, where that is not PyTorch's default. */
  readonly usual?: number;
  /** The least value. */
  readonly min?: number;
  /** A value that it must exceed. */
  readonly above?: number;
}

/** Two numbers from 0 up to, but not including, 1. */
export interface PairOption {
  readonly kind: 'pair';
  readonly python: string;
  readonly default: readonly [number, number];
}

/** True or false. */
export interface FlagOption {
  readonly kind: 'flag';
  readonly python: string;
  readonly default: boolean;
}

/** One option of an optimizer. */
export type OptimizerOption = NumberOption | PairOption | FlagOption;

const number = <const O extends Omit<NumberOption, 'kind' | 'python'>>(python: string, options: O) =>
  ({ kind: 'number', python, ...options }) as const;

const pair = (python: string, first: number, second: number) =>
  ({ kind: 'pair', python, default: [first, second] }) as const satisfies PairOption;

const flag = (python: string) => ({ kind: 'flag', python, default: false }) as const satisfies FlagOption;

const lr = (value: number) => number('lr', { above: 0, default: value });
const eps = (value: number) => number('eps', { min: 0, default: value });
const weightDecay = (value: number) => number('weight_decay', { min: 0, default: value });
// Climbs the gradient instead of descending it.
const maximize = flag('maximize');

const adam = (decay: number) => ({
  lr: lr(1e-3),
  betas: pair('betas', 0.9, 0.999),
  eps: eps(1e-8),
  weightDecay: weightDecay(decay),
  amsgrad: flag('amsgrad'),
  maximize,
});

/** The table: optimizer → option → row. */
const optimizerOptions = {
  SGD: {
    lr: number('lr', { above: 0, default: 1e-3, usual: 0.1 }),
    momentum: number('momentum', { min: 0, default: 0, usual: 0.9 }),
    dampening: number('dampening', { default: 0 }),
    weightDecay: weightDecay(0),
    nesterov: flag('nesterov'),
    maximize,
  },
  Adam: adam(0),
  AdamW: adam(0.01),
  RMSprop: {
    lr: lr(1e-2),
    alpha: number('alpha', { min: 0, default: 0.99 }),
    eps: eps(1e-8),
    weightDecay: weightDecay(0),
    momentum: number('momentum', { min: 0, default: 0 }),
    centered: flag('centered'),
    maximize,
  },
  Adagrad: {
    lr: lr(1e-2),
    lrDecay: number('lr_decay', { min: 0, default: 0 }),
    weightDecay: weightDecay(0),
    initialAccumulatorValue: number('initial_accumulator_value', { min: 0, default: 0 }),
    eps: eps(1e-10),
    maximize,
  },
} as const satisfies Record<string, Record<string, OptimizerOption>>;

type Table = typeof optimizerOptions;

/** The class name of an optimizer in torch.optim. */
export type OptimizerType = keyof Table;

/** Every {@link OptimizerType}. */
export const optimizerTypes = Object.keys(optimizerOptions) as OptimizerType[];

/** The names of all options of one kind, of any optimizer. */
export type OptionNames<Kind extends OptimizerOption['kind']> = {
  [Type in OptimizerType]: {
    [Name in keyof Table[Type]]: Table[Type][Name] extends { kind: Kind } ? Name : never;
  }[keyof Table[Type]];
}[OptimizerType];

interface ValueOf {
  number: number;
  pair: [number, number];
  flag: boolean;
}

/** The options of each class, all of them optional. */
export type OptionsByType = {
  [Type in OptimizerType]: {
    -readonly [Name in keyof Table[Type]]?: Table[Type][Name] extends {
      kind: infer Kind extends keyof ValueOf;
    }
      ? ValueOf[Kind]
      : never;
  };
};

/** torch/optim/sgd.py, class SGD. */
export type SgdOptions = OptionsByType['SGD'];

/** torch/optim/adam.py, class Adam. */
export type AdamOptions = OptionsByType['Adam'];

/** torch/optim/adamw.py, class AdamW. */
export type AdamWOptions = OptionsByType['AdamW'];

/** torch/optim/rmsprop.py, class RMSprop. */
export type RmspropOptions = OptionsByType['RMSprop'];

/** torch/optim/adagrad.py, class Adagrad. */
export type AdagradOptions = OptionsByType['Adagrad'];

/** What every optimizer takes. */
export type CommonOptions = Pick<SgdOptions, 'lr' | 'weightDecay' | 'maximize'>;

/** The weights of a param group, and the options in which it differs from the optimizer. */
export type LayerGroup<Options> = {
  /** Each the name of a layer (`conv1`), of a weight (`conv1/kernel`), or the start of some (`conv`: conv1, conv2). */
  layers: string[];
} & Options;

/**
 * An optimizer by its class name. Weights that no group names form one more param group, the last, with the
 * optimizer's own options.
 */
export type OptimizerOptions = {
  [Type in OptimizerType]: { type: Type; lr: number; groups?: LayerGroup<OptionsByType[Type]>[] } & Omit<
    OptionsByType[Type],
    'lr'
  >;
}[OptimizerType];

/** The rows of one optimizer, as a plain record that can be looked up by any name. */
export function optionsOf(type: OptimizerType): Readonly<Record<string, OptimizerOption>> {
  return optimizerOptions[type];
}

/** PyTorch's defaults of all options of an optimizer; the lists are the caller's own. */
export function defaultsOf<Type extends OptimizerType>(type: Type): Required<OptionsByType[Type]> {
  const entries = Object.entries(optionsOf(type)).map(([name, row]) => [
    name,
    row.kind === 'pair' ? [...row.default] : row.default,
  ]);
  return Object.fromEntries(entries) as Required<OptionsByType[Type]>;
}

/** The rate with which a run usually starts: PyTorch's default, but 0.1 for SGD, whose 0.001 hardly learns. */
export function usualLr(type: OptimizerType): number {
  const { lr }: { lr: NumberOption } = optimizerOptions[type];
  return lr.usual ?? lr.default;
}

/** The options that `given` holds, under PyTorch's names and in its order; keys that are no options are left out. */
export function pythonOptions(type: OptimizerType, given: object): Record<string, unknown> {
  const values = given as Readonly<Record<string, unknown>>;
  const entries = Object.entries(optionsOf(type)).filter(([name]) => values[name] !== undefined);
  return Object.fromEntries(entries.map(([name, { python }]) => [python, values[name]]));
}
