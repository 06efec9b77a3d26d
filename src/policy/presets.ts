/** Policies with a name. Their titles and the sentence on when to use each are text, and live with the elements. */
import type { Policy, SchedulerSpec } from './policy.js';

/** The training that a preset is fitted to. */
export interface PresetPlan {
  /** Updates in all. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
  readonly epochs: number;
  /** The optimizer's learning rate, which some schedulers name as their peak; 0.1 by default. */
  readonly lr?: number;
}

/** The settings under which a preset shows what it is for; they go into a Lab's config. */
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

/** A policy with a name, made to measure for a training. */
export interface Preset {
  readonly id: string;
  readonly policy: (plan: PresetPlan) => Policy;
  /** Only where the preset reproduces a program as a whole. */
  readonly config?: PresetConfig;
}

const defaultLr = 0.1;

const perEpoch = (scheduler: SchedulerSpec): Policy[number] => ({
  scheduler,
  interval: 'epoch',
  frequency: 1,
});
const perStep = (scheduler: SchedulerSpec): Policy[number] => ({ scheduler, interval: 'step', frequency: 1 });

/** The share of a training, in whole steps or epochs and at least one. */
const share = (count: number, of: number): number => Math.max(1, Math.round(count * of));

const all = [
  { id: 'constant', policy: () => [] },
  {
    id: 'step-decay',
    policy: ({ epochs }) => [perEpoch({ type: 'StepLR', stepSize: share(epochs, 1 / 3), gamma: 0.1 })],
  },
  {
    id: 'cosine',
    policy: ({ epochs }) => [perEpoch({ type: 'CosineAnnealingLR', tMax: share(epochs, 1) })],
  },
  {
    id: 'warmup-cosine',
    policy: ({ steps }) => {
      const warmup = share(steps, 0.05);
      return [
        perStep({
          type: 'SequentialLR',
          schedulers: [
            { type: 'LinearLR', startFactor: 0.01, totalIters: warmup },
            { type: 'CosineAnnealingLR', tMax: Math.max(1, steps - warmup) },
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
    // Cycles of 1, 2 and 4 parts: the third ends with the training.
    policy: ({ steps }) => [
      perStep({ type: 'CosineAnnealingWarmRestarts', t0: share(steps, 1 / 7), tMult: 2 }),
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
      const decayStart = Math.max(warmup + 1, steps - decay);
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
    policy: ({ epochs }) => [
      {
        ...perEpoch({ type: 'ReduceLROnPlateau', factor: 0.5, patience: share(epochs, 0.1) }),
        monitor: 'valLoss',
      },
    ],
  },
  {
    id: 'article-exponential',
    policy: () => [perEpoch({ type: 'ExponentialLR', gamma: 0.9 })],
    config: { optimizer: { type: 'SGD', lr: 0.1 }, epochs: 20 },
  },
  {
    id: 'article-warmup',
    policy: () => [perEpoch({ type: 'LinearLR', startFactor: 0.1, totalIters: 100 })],
    config: {
      optimizer: { type: 'Adam', lr: 0.01 },
      model: 'alexnet',
      classes: 2,
      // The article's loop makes one update an epoch, which is also what a machine without a GPU can bear.
      epochs: 100,
      stepsPerEpoch: 1,
      batchSize: 16,
      checkValEveryNEpoch: 10,
    },
  },
  {
    id: 'article-chain',
    policy: () => [
      perEpoch({ type: 'ExponentialLR', gamma: 0.9 }),
      perEpoch({ type: 'MultiStepLR', milestones: [30, 80], gamma: 0.1 }),
    ],
    config: { optimizer: { type: 'SGD', lr: 0.1 }, epochs: 20 },
  },
  {
    id: 'article-wish',
    policy: () => [
      perEpoch({ type: 'StepLR', stepSize: 5, gamma: 0.5 }),
      { ...perEpoch({ type: 'ReduceLROnPlateau', factor: 0.5, patience: 2 }), monitor: 'valLoss' },
    ],
    config: { optimizer: { type: 'SGD', lr: 0.1 }, epochs: 20 },
  },
] as const satisfies readonly Preset[];

/** The name of a preset. */
export type PresetId = (typeof all)[number]['id'];

/** All presets: first the well-known recipes, then the programs of the article. */
export const presets: readonly (Preset & { readonly id: PresetId })[] = all;

/** The preset of a name, if there is one. */
export function presetOf(id: string): (Preset & { readonly id: PresetId }) | undefined {
  return presets.find((preset) => preset.id === id);
}
