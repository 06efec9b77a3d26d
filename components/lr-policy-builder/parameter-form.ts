/**
 * How each parameter is edited: the range of its slider, the step, whether it is shown at once. The parameters
 * themselves (type, default, bounds, PyTorch's name) are in `src/policy/schema/scheduler-parameters.ts`; one that is
 * missing here does not compile.
 */
import type { schedulerParameters, SchedulerSpec, SchedulerType, SpecOf } from '../../src/policy/index.js';

/** The run for which a policy is written. */
export interface Measure {
  /** Its initial learning rate. */
  readonly lr: number;
  /** How often it steps a scheduler. */
  readonly count: number;
}

/** A slider from `from` to `to`, with equal steps or equal factors; a logarithmic one may have 0 at its start. */
export interface Slider {
  readonly scale: 'linear' | 'log';
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly hasZero?: boolean;
}

/** How one parameter is edited. */
export interface Control {
  readonly slider?: (measure: Measure) => Slider;
  /** Whether it is hidden under "more". */
  readonly isRare?: boolean;
  /** Whether it counts the scheduler's own steps: epochs, batches or several of them. */
  readonly isCount?: boolean;
}

type Controls = {
  readonly [Type in SchedulerType]: { readonly [Key in keyof (typeof schedulerParameters)[Type]]: Control };
};

const linear = (from: number, to: number, step: number): Control => ({
  slider: () => ({ scale: 'linear', from, to, step }),
});
const log = (from: number, to: number, hasZero = false): Control => ({
  slider: () => ({ scale: 'log', from, to, step: 0.02, hasZero }),
});
const rare = (control: Control): Control => ({ ...control, isRare: true });

/** A rate: five powers of ten around that of the run. */
const rate: Control = {
  slider: ({ lr }) => ({ scale: 'log', from: lr / 1e4, to: lr * 10, step: 0.02, hasZero: true }),
};
const counted = (control: Control): Control => ({ ...control, isCount: true });
/** A number of the scheduler's own steps, within the run. */
const count = (least: number): Control =>
  counted({
    slider: (measure) => ({ scale: 'linear', from: least, to: Math.max(least + 1, measure.count), step: 1 }),
  });
const plain: Control = {};
const share = linear(0, 1, 0.01);
const gamma = linear(0, 1, 0.01);
const momentum = rare(linear(0, 1, 0.01));
const lastEpoch = rare(counted(plain));
const milestones = counted(plain);
const fewSteps = counted(linear(0, 20, 1));

/** The controls of every parameter of every scheduler. */
export const controls: Controls = {
  LambdaLR: { lrLambda: plain, lastEpoch },
  MultiplicativeLR: { lrLambda: plain, lastEpoch },
  StepLR: { stepSize: count(1), gamma, lastEpoch },
  MultiStepLR: { milestones, gamma, lastEpoch },
  ConstantLR: { factor: linear(0.01, 1, 0.01), totalIters: count(0), lastEpoch },
  LinearLR: {
    startFactor: linear(0.01, 1, 0.01),
    endFactor: share,
    totalIters: count(0),
    lastEpoch,
  },
  ExponentialLR: { gamma: linear(0.5, 1.05, 0.001), lastEpoch },
  SequentialLR: { schedulers: plain, milestones, lastEpoch, passMetrics: rare(plain) },
  PolynomialLR: { totalIters: count(0), power: linear(0, 5, 0.1), lastEpoch },
  CosineAnnealingLR: { tMax: count(1), etaMin: rate, lastEpoch },
  ChainedScheduler: { schedulers: plain, passMetrics: rare(plain) },
  ReduceLROnPlateau: {
    mode: plain,
    factor: linear(0, 0.99, 0.01),
    patience: fewSteps,
    threshold: rare(log(1e-6, 1, true)),
    thresholdMode: rare(plain),
    cooldown: rare(fewSteps),
    minLr: rate,
    eps: rare(log(1e-12, 1e-3, true)),
  },
  CyclicLR: {
    baseLr: rate,
    maxLr: rate,
    stepSizeUp: count(1),
    stepSizeDown: count(0),
    mode: plain,
    gamma: linear(0.9, 1, 0.001),
    scaleFn: rare(plain),
    scaleMode: rare(plain),
    cycleMomentum: plain,
    baseMomentum: momentum,
    maxMomentum: momentum,
    lastEpoch,
  },
  CosineAnnealingWarmRestarts: { t0: count(1), tMult: linear(1, 5, 1), etaMin: rate, lastEpoch },
  OneCycleLR: {
    maxLr: rate,
    totalSteps: count(1),
    epochs: rare(plain),
    stepsPerEpoch: rare(plain),
    pctStart: linear(0, 0.99, 0.01),
    annealStrategy: plain,
    cycleMomentum: plain,
    baseMomentum: momentum,
    maxMomentum: momentum,
    divFactor: log(1, 1000),
    finalDivFactor: log(1, 1e6),
    threePhase: rare(plain),
    lastEpoch,
  },
  SWALR: { swaLr: rate, annealEpochs: count(0), annealStrategy: plain, lastEpoch },
};

/** The control of a parameter. */
export function controlOf(type: SchedulerType, name: string): Control {
  const own: Readonly<Record<string, Control>> = controls[type];
  return own[name] ?? plain;
}

const part = ({ count }: Measure, share: number): number => Math.max(1, Math.round(count * share));

/** A short rate: at most three digits. */
const round = (value: number): number => Number(value.toPrecision(3));

type Beginnings = { readonly [Type in SchedulerType]: (measure: Measure) => SpecOf<Type> };

/** The values of a new card: a schedule with a visible effect in the run. */
const beginnings: Beginnings = {
  LambdaLR: () => ({ type: 'LambdaLR', lrLambda: '0.95 ** epoch' }),
  MultiplicativeLR: () => ({ type: 'MultiplicativeLR', lrLambda: '0.95' }),
  StepLR: (measure) => ({ type: 'StepLR', stepSize: part(measure, 1 / 3), gamma: 0.1 }),
  MultiStepLR: (measure) => ({
    type: 'MultiStepLR',
    milestones: [...new Set([part(measure, 0.5), part(measure, 0.75)])],
    gamma: 0.1,
  }),
  ConstantLR: (measure) => ({ type: 'ConstantLR', factor: 0.3, totalIters: part(measure, 0.2) }),
  LinearLR: (measure) => ({ type: 'LinearLR', startFactor: 0.1, totalIters: part(measure, 0.2) }),
  ExponentialLR: ({ count }) => ({
    type: 'ExponentialLR',
    gamma: count <= 50 ? 0.9 : Number((0.01 ** (1 / count)).toPrecision(6)),
  }),
  SequentialLR: (measure) => ({
    type: 'SequentialLR',
    schedulers: [beginnings.LinearLR(measure), beginnings.CosineAnnealingLR(measure)],
    milestones: [part(measure, 0.2)],
  }),
  PolynomialLR: (measure) => ({ type: 'PolynomialLR', totalIters: part(measure, 1), power: 2 }),
  CosineAnnealingLR: (measure) => ({ type: 'CosineAnnealingLR', tMax: part(measure, 1) }),
  ChainedScheduler: (measure) => ({
    type: 'ChainedScheduler',
    schedulers: [beginnings.LinearLR(measure), beginnings.ExponentialLR(measure)],
  }),
  ReduceLROnPlateau: (measure) => ({
    type: 'ReduceLROnPlateau',
    factor: 0.5,
    patience: Math.min(10, part(measure, 0.1)),
  }),
  CyclicLR: (measure) => ({
    type: 'CyclicLR',
    baseLr: round(measure.lr / 10),
    maxLr: round(measure.lr),
    stepSizeUp: part(measure, 1 / 8),
  }),
  CosineAnnealingWarmRestarts: (measure) => ({
    type: 'CosineAnnealingWarmRestarts',
    t0: part(measure, 1 / 7),
    tMult: 2,
  }),
  OneCycleLR: (measure) => ({
    type: 'OneCycleLR',
    maxLr: round(measure.lr),
    totalSteps: Math.max(10, measure.count),
  }),
  SWALR: (measure) => ({ type: 'SWALR', swaLr: round(measure.lr / 2), annealEpochs: part(measure, 0.5) }),
};

/** A new scheduler of a class, fitted to a run. */
export function beginningOf(type: SchedulerType, measure: Measure): SchedulerSpec {
  return beginnings[type](measure);
}
