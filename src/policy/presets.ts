/** Policies with a name. Their titles, and the sentence on when to use each, are in the locales. */
import { decayFactor } from './decay-factor.js';
import type { PolicyPlan } from './plan.js';
import type { Policy, PolicyEntry, SchedulerSpec } from './policy.js';
import { isSamePolicy } from './same-policy.js';

/** The training that a preset is fitted to: a whole run, or the rest of one (`planFrom`). */
export interface PresetPlan extends PolicyPlan {
  /** The optimizer's learning rate, which is the peak of some schedulers; 0.1 by default. */
  readonly lr?: number;
}

/** The settings of a Lab's config that show what a preset is for. */
export interface PresetConfig {
  readonly optimizer: { readonly type: 'SGD' | 'Adam'; readonly lr: number };
  readonly model?: 'alexnet';
  /** How many of the dataset's classes are used. */
  readonly classes?: number;
  readonly epochs?: number;
  readonly stepsPerEpoch?: number;
  readonly batchSize?: number;
  readonly checkValEveryNEpoch?: number;
}

/** A policy with a name. */
export interface Preset {
  readonly id: string;
  /** The policy, fitted to a training; that of a program is always the same. */
  readonly policy: (plan: PresetPlan) => Policy;
  /** Only in the group "Programs": the settings that belong to the policy. */
  readonly config?: PresetConfig;
  /** The page that shows the program as an example. */
  readonly source?: string;
}

const defaultLr = 0.1;

/** With fewer epochs, a schedule that is stepped once an epoch has too few steps. */
const fewestEpochs = 5;

const torchOptimPage = 'https://docs.pytorch.org/docs/stable/optim.html';

const perEpoch = (scheduler: SchedulerSpec): PolicyEntry => ({ scheduler, interval: 'epoch', frequency: 1 });
const perStep = (scheduler: SchedulerSpec): PolicyEntry => ({ scheduler, interval: 'step', frequency: 1 });

/** A scheduler with a step for each epoch of the training; if these are few, with a step for each update. */
function perEpochOf(plan: PresetPlan, schedulerOf: (count: number) => SchedulerSpec): Policy {
  const { epochs, steps } = plan;
  return epochs < fewestEpochs ? [perStep(schedulerOf(steps))] : [perEpoch(schedulerOf(epochs))];
}

/** A fraction of a training: whole steps or epochs, at least one. */
const share = (count: number, of: number): number => Math.max(1, Math.round(count * of));

/** Half a cosine over the whole training. */
const cosine = (count: number): SchedulerSpec => ({ type: 'CosineAnnealingLR', tMax: share(count, 1) });

/** ReduceLROnPlateau that is stepped about 20 times in a training with few epochs. */
function plateauWithinEpochs({ steps, stepsPerEpoch }: PresetPlan): PolicyEntry {
  const frequency = Math.min(stepsPerEpoch, share(steps, 1 / 20));
  const patience = Math.min(2, Math.max(0, Math.floor(steps / frequency) - 3));
  return {
    scheduler: { type: 'ReduceLROnPlateau', factor: 0.5, patience },
    interval: 'step',
    frequency,
    monitor: 'trainLoss',
  };
}

const all = [
  { id: 'constant', policy: () => [] },
  {
    id: 'step-decay',
    // Rounded up: two cuts, and not a third just before the end.
    policy: (plan) =>
      perEpochOf(plan, (count) => ({ type: 'StepLR', stepSize: Math.ceil(count / 3), gamma: 0.1 })),
  },
  {
    id: 'exponential',
    policy: (plan) => perEpochOf(plan, (count) => ({ type: 'ExponentialLR', gamma: decayFactor(count) })),
  },
  { id: 'cosine', policy: (plan) => perEpochOf(plan, cosine) },
  {
    id: 'warmup-cosine',
    policy: ({ steps }) => {
      const warmup = share(steps, 0.05);
      // One or two updates are too few for a warm-up.
      if (steps <= warmup + 1) return [perStep(cosine(steps))];
      return [
        perStep({
          type: 'SequentialLR',
          schedulers: [
            { type: 'LinearLR', startFactor: 0.01, totalIters: warmup },
            { type: 'CosineAnnealingLR', tMax: steps - warmup },
          ],
          milestones: [warmup],
        }),
      ];
    },
  },
  {
    id: 'one-cycle',
    policy: ({ steps, lr = defaultLr }) => [
      perStep({ type: 'OneCycleLR', maxLr: lr, totalSteps: share(steps, 1) }),
    ],
  },
  {
    id: 'sgdr',
    // Cycles of 1, 2 and 4 parts; rounded up, so that no fourth cycle begins just before the end.
    policy: ({ steps }) => [
      perStep({ type: 'CosineAnnealingWarmRestarts', t0: Math.max(1, Math.ceil(steps / 7)), tMult: 2 }),
    ],
  },
  {
    id: 'triangular',
    policy: ({ steps, lr = defaultLr }) => [
      perStep({ type: 'CyclicLR', baseLr: lr / 10, maxLr: lr, stepSizeUp: share(steps, 1 / 8) }),
    ],
  },
  {
    id: 'warmup-stable-decay',
    policy: ({ steps }) => {
      const warmup = share(steps, 0.05);
      const decay = share(steps, 0.2);
      const decayStart = steps - decay;
      if (decayStart <= warmup)
        return [perStep({ type: 'LinearLR', startFactor: 1, endFactor: 0, totalIters: decay })];
      return [
        perStep({
          type: 'SequentialLR',
          schedulers: [
            { type: 'LinearLR', startFactor: 0.01, totalIters: warmup },
            { type: 'ConstantLR', factor: 1 },
            { type: 'LinearLR', startFactor: 1, endFactor: 0, totalIters: decay },
          ],
          milestones: [warmup, decayStart],
        }),
      ];
    },
  },
  {
    id: 'inverse-square-root',
    policy: ({ steps }) => {
      const warmup = share(steps, 0.05);
      const lrLambda = `min((epoch + 1) / ${warmup}, sqrt(${warmup} / (epoch + 1)))`;
      return [perStep({ type: 'LambdaLR', lrLambda })];
    },
  },
  {
    id: 'plateau',
    policy: (plan) => {
      if (plan.epochs < fewestEpochs) return [plateauWithinEpochs(plan)];
      const patience = share(plan.epochs, 0.1);
      return [{ ...perEpoch({ type: 'ReduceLROnPlateau', factor: 0.5, patience }), monitor: 'valLoss' }];
    },
  },
  {
    id: 'sgd-exponential',
    policy: () => [perEpoch({ type: 'ExponentialLR', gamma: 0.9 })],
    config: { optimizer: { type: 'SGD', lr: 0.1 }, epochs: 20 },
    source: torchOptimPage,
  },
  {
    id: 'adam-warmup',
    policy: () => [perEpoch({ type: 'LinearLR', startFactor: 0.1, totalIters: 100 })],
    config: {
      optimizer: { type: 'Adam', lr: 0.01 },
      model: 'alexnet',
      classes: 2,
      // The program makes one update per epoch, which also suits a machine without a GPU.
      epochs: 100,
      stepsPerEpoch: 1,
      batchSize: 16,
      checkValEveryNEpoch: 10,
    },
  },
  {
    id: 'exponential-and-milestones',
    policy: () => [
      perEpoch({ type: 'ExponentialLR', gamma: 0.9 }),
      perEpoch({ type: 'MultiStepLR', milestones: [30, 80], gamma: 0.1 }),
    ],
    config: { optimizer: { type: 'SGD', lr: 0.1 }, epochs: 20 },
    source: torchOptimPage,
  },
  {
    id: 'steps-and-plateau',
    policy: () => [
      perEpoch({ type: 'StepLR', stepSize: 5, gamma: 0.5 }),
      { ...perEpoch({ type: 'ReduceLROnPlateau', factor: 0.5, patience: 2 }), monitor: 'valLoss' },
    ],
    config: { optimizer: { type: 'SGD', lr: 0.1 }, epochs: 20 },
  },
] as const satisfies readonly Preset[];

/** The name of a preset. */
export type PresetId = (typeof all)[number]['id'];

/** All presets: first the well-known policies, then whole programs, which have a `config`. */
export const presets: readonly (Preset & { readonly id: PresetId })[] = all;

/** The preset with a name, if there is one. */
export function presetOf(id: string): (Preset & { readonly id: PresetId }) | undefined {
  return presets.find((preset) => preset.id === id);
}

/** The preset that equals a policy when fitted to one of these trainings; undefined for any other policy. */
export function presetOfPolicy(
  policy: Policy,
  plans: readonly PresetPlan[],
): (Preset & { readonly id: PresetId }) | undefined {
  return presets.find((preset) => plans.some((plan) => isSamePolicy(preset.policy(plan), policy)));
}
