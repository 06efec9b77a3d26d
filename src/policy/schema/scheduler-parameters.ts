/**
 * Every scheduler of PyTorch 2.14 and every parameter it takes, in PyTorch's positional order, without the optimizer
 * (which is first in all of them but ChainedScheduler).
 *
 * A policy that the bounds accept runs. They refuse what PyTorch refuses at construction, what would divide by zero at a
 * later step, and what makes a learning rate negative, which PyTorch allows.
 *
 * Source: torch/optim/lr_scheduler.py and torch/optim/swa_utils.py.
 */
import type {
  BooleanParameter,
  ChoiceParameter,
  FormulaParameter,
  IntegersParameter,
  NumberParameter,
  Parameter,
  SchedulersParameter,
} from './parameter.js';

type Options<Kind extends Parameter> = Omit<Kind, 'kind' | 'python' | 'values' | 'argument'>;

const number = <const O extends Options<NumberParameter>>(python: string, options: O) =>
  ({ kind: 'number', python, ...options }) as const;

const integer = <const O extends Options<NumberParameter>>(python: string, options: O) =>
  ({ kind: 'integer', python, ...options }) as const;

const integers = <const O extends Options<IntegersParameter>>(python: string, options: O) =>
  ({ kind: 'integers', python, ...options }) as const;

const boolean = <const O extends Options<BooleanParameter>>(python: string | null, options: O) =>
  ({ kind: 'boolean', python, ...options }) as const;

const choice = <const V extends readonly string[], const O extends Options<ChoiceParameter>>(
  python: string,
  values: V,
  options: O,
) => ({ kind: 'choice', python, values, ...options }) as const;

const formula = <const O extends Options<FormulaParameter>>(python: string, argument: string, options: O) =>
  ({ kind: 'formula', python, argument, ...options }) as const;

const schedulers = { kind: 'schedulers', python: 'schedulers' } as const satisfies SchedulersParameter;
const passMetrics = boolean(null, { default: false });
const lastEpoch = integer('last_epoch', { min: -1, default: -1 });
const gamma = (value: number) => number('gamma', { min: 0, default: value });
const etaMin = number('eta_min', { min: 0, default: 0 });
const annealStrategy = choice('anneal_strategy', ['cos', 'linear'], { default: 'cos' });
const cycleMomentum = boolean('cycle_momentum', { default: true });
const momentum = (python: string, value: number) =>
  number(python, { min: 0, max: 1, perGroup: true, default: value });

/** The table of all parameters: scheduler → parameter → row. */
export const schedulerParameters = {
  LambdaLR: {
    lrLambda: formula('lr_lambda', 'epoch', { perGroup: true }),
    lastEpoch,
  },
  MultiplicativeLR: {
    lrLambda: formula('lr_lambda', 'epoch', { perGroup: true }),
    lastEpoch,
  },
  StepLR: {
    stepSize: integer('step_size', { min: 1 }),
    gamma: gamma(0.1),
    lastEpoch,
  },
  MultiStepLR: {
    milestones: integers('milestones', { min: 0 }),
    gamma: gamma(0.1),
    lastEpoch,
  },
  ConstantLR: {
    factor: number('factor', { above: 0, max: 1, default: 1 / 3 }),
    totalIters: integer('total_iters', { min: 0, default: 5 }),
    lastEpoch,
  },
  LinearLR: {
    startFactor: number('start_factor', { above: 0, max: 1, default: 1 / 3 }),
    endFactor: number('end_factor', { min: 0, max: 1, default: 1 }),
    totalIters: integer('total_iters', { min: 0, default: 5 }),
    lastEpoch,
  },
  ExponentialLR: {
    gamma: number('gamma', { min: 0 }),
    lastEpoch,
  },
  SequentialLR: {
    schedulers,
    milestones: integers('milestones', { min: 0 }),
    lastEpoch,
    passMetrics,
  },
  PolynomialLR: {
    totalIters: integer('total_iters', { min: 0, default: 5 }),
    power: number('power', { min: 0, default: 1 }),
    lastEpoch,
  },
  CosineAnnealingLR: {
    tMax: integer('T_max', { min: 1 }),
    etaMin,
    lastEpoch,
  },
  ChainedScheduler: {
    schedulers,
    passMetrics,
  },
  ReduceLROnPlateau: {
    mode: choice('mode', ['min', 'max'], { default: 'min' }),
    factor: number('factor', { min: 0, below: 1, default: 0.1 }),
    patience: integer('patience', { min: 0, default: 10 }),
    threshold: number('threshold', { min: 0, default: 1e-4 }),
    thresholdMode: choice('threshold_mode', ['rel', 'abs'], { default: 'rel' }),
    cooldown: integer('cooldown', { min: 0, default: 0 }),
    minLr: number('min_lr', { min: 0, perGroup: true, default: 0 }),
    eps: number('eps', { min: 0, default: 1e-8 }),
  },
  CyclicLR: {
    baseLr: number('base_lr', { min: 0, perGroup: true }),
    maxLr: number('max_lr', { min: 0, perGroup: true }),
    stepSizeUp: integer('step_size_up', { min: 1, default: 2000 }),
    stepSizeDown: integer('step_size_down', { min: 0, default: null }),
    mode: choice('mode', ['triangular', 'triangular2', 'exp_range'], { default: 'triangular' }),
    gamma: gamma(1),
    scaleFn: formula('scale_fn', 'x', { default: null }),
    scaleMode: choice('scale_mode', ['cycle', 'iterations'], { default: 'cycle' }),
    cycleMomentum,
    baseMomentum: momentum('base_momentum', 0.8),
    maxMomentum: momentum('max_momentum', 0.9),
    lastEpoch,
  },
  CosineAnnealingWarmRestarts: {
    t0: integer('T_0', { min: 1 }),
    tMult: integer('T_mult', { min: 1, default: 1 }),
    etaMin,
    lastEpoch,
  },
  OneCycleLR: {
    maxLr: number('max_lr', { min: 0, perGroup: true }),
    totalSteps: integer('total_steps', { min: 1, default: null }),
    epochs: integer('epochs', { min: 1, default: null }),
    stepsPerEpoch: integer('steps_per_epoch', { min: 1, default: null }),
    pctStart: number('pct_start', { min: 0, below: 1, default: 0.3 }),
    annealStrategy,
    cycleMomentum,
    baseMomentum: momentum('base_momentum', 0.85),
    maxMomentum: momentum('max_momentum', 0.95),
    divFactor: number('div_factor', { above: 0, default: 25 }),
    finalDivFactor: number('final_div_factor', { above: 0, default: 1e4 }),
    threePhase: boolean('three_phase', { default: false }),
    lastEpoch,
  },
  SWALR: {
    swaLr: number('swa_lr', { min: 0, perGroup: true }),
    annealEpochs: integer('anneal_epochs', { min: 0, default: 10 }),
    annealStrategy,
    lastEpoch,
  },
} as const satisfies Record<string, Record<string, Parameter>>;

/** The class name of one of PyTorch's sixteen schedulers. */
export type SchedulerType = keyof typeof schedulerParameters;

/** The sixteen class names, in PyTorch's order. */
export const schedulerTypes = Object.keys(schedulerParameters) as SchedulerType[];

/** Whether a value is the class name of one of the sixteen. */
export function isSchedulerType(value: unknown): value is SchedulerType {
  return typeof value === 'string' && Object.hasOwn(schedulerParameters, value);
}

/** The rows of one scheduler, as a plain record with any string as a key. */
export function parametersOf(type: SchedulerType): Readonly<Record<string, Parameter>> {
  return schedulerParameters[type];
}
