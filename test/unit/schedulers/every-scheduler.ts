/** One example of every scheduler, with options drawn at random, for the properties that all have in common. */
import {
  ChainedScheduler,
  ConstantLR,
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  CyclicLR,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  MultiplicativeLR,
  MultiStepLR,
  OneCycleLR,
  PolynomialLR,
  ReduceLROnPlateau,
  SequentialLR,
  StepLR,
  SWALR,
  type ComposableScheduler,
  type ParamGroup,
  type SchedulerOptimizer,
} from '../../../src/schedulers/index.js';
import { fc } from '../../property-runs.js';

/** Constructs a scheduler on an optimizer; called twice with two optimizers, it constructs two of the same kind. */
export type Build = (optimizer: SchedulerOptimizer) => ComposableScheduler;

const factor = fc.double({ min: 0.1, max: 1, noNaN: true });
const rate = fc.double({ min: 1e-4, max: 1, noNaN: true });
const count = fc.integer({ min: 1, max: 12 });

/** The schedulers of one class each, by PyTorch's name. */
export const builders: Record<string, fc.Arbitrary<Build>> = {
  StepLR: fc
    .record({ stepSize: count, gamma: factor })
    .map((options) => (optimizer) => new StepLR(optimizer, options)),
  MultiStepLR: fc
    .record({ milestones: fc.array(fc.nat({ max: 30 }), { maxLength: 6 }), gamma: factor })
    .map((options) => (optimizer) => new MultiStepLR(optimizer, options)),
  ExponentialLR: fc
    .record({ gamma: factor })
    .map((options) => (optimizer) => new ExponentialLR(optimizer, options)),
  LinearLR: fc
    .record({ startFactor: factor, endFactor: factor, totalIters: count })
    .map((options) => (optimizer) => new LinearLR(optimizer, options)),
  ConstantLR: fc
    .record({ factor, totalIters: count })
    .map((options) => (optimizer) => new ConstantLR(optimizer, options)),
  PolynomialLR: fc
    .record({ totalIters: count, power: fc.double({ min: 0.5, max: 3, noNaN: true }) })
    .map((options) => (optimizer) => new PolynomialLR(optimizer, options)),
  CosineAnnealingLR: fc
    .record({ tMax: count, etaMin: fc.double({ min: 0, max: 1e-4, noNaN: true }) })
    .map((options) => (optimizer) => new CosineAnnealingLR(optimizer, options)),
  CosineAnnealingWarmRestarts: fc
    .record({ t0: count, tMult: fc.integer({ min: 1, max: 3 }) })
    .map((options) => (optimizer) => new CosineAnnealingWarmRestarts(optimizer, options)),
  LambdaLR: factor.map(
    (decay) => (optimizer) => new LambdaLR(optimizer, { lrLambda: (epoch) => decay ** epoch }),
  ),
  MultiplicativeLR: factor.map(
    (decay) => (optimizer) =>
      new MultiplicativeLR(optimizer, { lrLambda: (epoch) => 1 - decay / (epoch + 1) }),
  ),
  CyclicLR: fc
    .record({
      baseLr: rate,
      maxLr: rate,
      stepSizeUp: count,
      stepSizeDown: count,
      mode: fc.constantFrom('triangular', 'triangular2', 'exp_range'),
      gamma: factor,
    })
    .map((options) => (optimizer) => new CyclicLR(optimizer, options)),
  OneCycleLR: fc
    .record({
      maxLr: rate,
      pctStart: fc.double({ min: 0.15, max: 0.45, noNaN: true }),
      annealStrategy: fc.constantFrom('cos', 'linear'),
      threePhase: fc.boolean(),
    })
    .map((options) => (optimizer) => new OneCycleLR(optimizer, { totalSteps: 60, ...options })),
  SWALR: fc
    .record({
      swaLr: rate,
      annealEpochs: fc.nat({ max: 12 }),
      annealStrategy: fc.constantFrom('cos', 'linear'),
    })
    .map((options) => (optimizer) => new SWALR(optimizer, options)),
  ReduceLROnPlateau: fc
    .record({
      mode: fc.constantFrom('min', 'max'),
      factor: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
      patience: fc.nat({ max: 3 }),
      cooldown: fc.nat({ max: 3 }),
      thresholdMode: fc.constantFrom('rel', 'abs'),
    })
    .map((options) => (optimizer) => new ReduceLROnPlateau(optimizer, options)),
  ChainedScheduler: fc
    .record({ gamma: factor, stepSize: count, patience: fc.nat({ max: 2 }) })
    .map((options) => {
      return (optimizer) =>
        new ChainedScheduler({
          schedulers: [new StepLR(optimizer, options), new ReduceLROnPlateau(optimizer, options)],
          passMetrics: true,
        });
    }),
  SequentialLR: fc
    .record({ totalIters: count, tMax: count, milestone: fc.nat({ max: 20 }) })
    .map((options) => {
      return (optimizer) =>
        new SequentialLR(optimizer, {
          schedulers: [new LinearLR(optimizer, options), new CosineAnnealingLR(optimizer, options)],
          milestones: [options.milestone],
        });
    }),
};

/** An optimizer with two param groups and neither `step` nor defaults. */
export function twoGroups(): SchedulerOptimizer {
  return {
    paramGroups: [
      { lr: 0.1, momentum: 0.9 },
      { lr: 0.02, momentum: 0.5 },
    ],
  };
}

/** A copy of an optimizer with new group objects, as after loading a saved one. */
export function loadedCopy(optimizer: SchedulerOptimizer): ParamGroup[] {
  return structuredClone(optimizer.paramGroups);
}
