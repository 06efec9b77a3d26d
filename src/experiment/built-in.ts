/** The experiments that lr-lab brings along, in the order of the article; their words are in the locales. */
import { Experiment } from './experiment.js';
import { parseExperiment } from './parse-experiment.js';

const sgd = (lr: number, momentum = 0) => ({ type: 'SGD', lr, momentum });
const perEpoch = (scheduler: object) => [{ scheduler, interval: 'epoch' }];
const perStep = (scheduler: object) => [{ scheduler, interval: 'step' }];

/** A warm-up and a decay, as two cards. */
const warmUpAndDecay = [
  { type: 'LinearLR', startFactor: 0.1, totalIters: 5 },
  { type: 'ExponentialLR', gamma: 0.7 },
];

/** A scheduler that is built on the optimizer in use. */
const rebuilt = (step: number, policy: object) => ({ kind: 'swap', step, handoff: 'torch', policy });

const specs = {
  'three-rates': {
    setup: { batchSize: 16, stepsPerEpoch: 30, epochs: 8, optimizer: sgd(0.1) },
    runs: [
      { name: 'lr 0.001', lr: 0.001 },
      { name: 'lr 0.1', lr: 0.1 },
      { name: 'lr 10', lr: 10 },
    ],
    stop: [{ when: 'loss-below', run: 'lr 0.1', share: 0.4, more: 20 }],
    guess: {
      choices: [
        { name: 'fastest', when: [{ code: 'lower-loss', run: 'lr 10', than: 'lr 0.1' }] },
        { name: 'diverges', when: [{ code: 'diverges', run: 'lr 10' }] },
        { name: 'wobbles', when: [{ code: 'stays', run: 'lr 10', share: 0.5 }] },
      ],
    },
    check: [
      { code: 'falls', run: 'lr 0.1', share: 0.5 },
      { code: 'stays', run: 'lr 0.001', share: 0.9 },
      { code: 'diverges', run: 'lr 10' },
    ],
  },

  'step-decay': {
    setup: { batchSize: 8, stepsPerEpoch: 40, epochs: 8, optimizer: sgd(0.5) },
    runs: [
      { name: 'lr 0.5' },
      { name: 'StepLR', policy: perEpoch({ type: 'StepLR', stepSize: 4, gamma: 0.1 }) },
    ],
    watch: ['loss', 'lr'],
    stop: [{ when: 'cut', run: 'StepLR', more: 140 }],
    adjust: { run: 'StepLR', parameter: 'stepSize', min: 1, max: 6 },
    guess: {
      choices: [
        {
          name: 'lower',
          when: [{ code: 'lower-loss', run: 'StepLR', than: 'lr 0.5', share: 0.95, last: 60 }],
        },
        {
          name: 'higher',
          when: [{ code: 'lower-loss', run: 'lr 0.5', than: 'StepLR', share: 0.95, last: 60 }],
        },
        { name: 'same', when: [] },
      ],
    },
    check: [{ code: 'lower-loss', run: 'StepLR', than: 'lr 0.5', share: 0.85, last: 60 }],
  },

  'epoch-or-batch': {
    setup: { batchSize: 16, stepsPerEpoch: 15, epochs: 7, optimizer: sgd(0.3) },
    runs: [
      { name: 'epoch', policy: perEpoch({ type: 'StepLR', stepSize: 5, gamma: 0.1 }) },
      { name: 'batch', policy: perStep({ type: 'StepLR', stepSize: 5, gamma: 0.1 }) },
    ],
    watch: ['loss', 'lr'],
    stop: [{ when: 'cut', run: 'epoch', more: 19 }],
    guess: {
      choices: [
        { name: 'faster', when: [{ code: 'lower-loss', run: 'batch', than: 'epoch' }] },
        { name: 'stuck', when: [{ code: 'stays', run: 'batch', share: 0.8 }] },
        { name: 'same', when: [{ code: 'same-losses', run: 'epoch', than: 'batch' }] },
      ],
    },
    check: [
      // A little above a ten-thousandth, because the rate is rounded.
      { code: 'rate-below', run: 'batch', share: 1.001e-4, by: 20 },
      { code: 'lower-loss', run: 'epoch', than: 'batch', share: 0.7 },
    ],
  },

  'three-programs': {
    setup: { batchSize: 16, stepsPerEpoch: 5, epochs: 20, optimizer: sgd(0.1) },
    runs: [
      { name: 'ExponentialLR', policy: perEpoch({ type: 'ExponentialLR', gamma: 0.9 }) },
      {
        name: 'LinearLR (AlexNet)',
        setup: {
          model: 'alexnet',
          classes: [0, 1],
          batchSize: 4,
          stepsPerEpoch: 1,
          epochs: 100,
          optimizer: { type: 'Adam', lr: 0.01 },
        },
        policy: perEpoch({ type: 'LinearLR', startFactor: 0.1, totalIters: 100 }),
      },
      {
        name: 'ExponentialLR + MultiStepLR',
        policy: [
          ...perEpoch({ type: 'ExponentialLR', gamma: 0.9 }),
          ...perEpoch({ type: 'MultiStepLR', milestones: [30, 80], gamma: 0.1 }),
        ],
      },
    ],
    watch: ['loss', 'lr'],
    guess: {
      choices: [
        {
          name: 'same',
          when: [{ code: 'same-losses', run: 'ExponentialLR + MultiStepLR', than: 'ExponentialLR' }],
        },
        {
          name: 'lower',
          when: [
            { code: 'ends-higher', run: 'ExponentialLR', than: 'ExponentialLR + MultiStepLR', times: 1 },
          ],
        },
      ],
    },
    check: [
      { code: 'rate-at', run: 'ExponentialLR', step: 99, lr: 0.0135085 },
      { code: 'rate-at', run: 'LinearLR (AlexNet)', step: 99, lr: 0.00991 },
      { code: 'same-losses', run: 'ExponentialLR + MultiStepLR', than: 'ExponentialLR' },
    ],
  },

  'warm-up': {
    setup: { batchSize: 16, stepsPerEpoch: 30, epochs: 6, optimizer: { type: 'RMSprop', lr: 0.03 } },
    runs: [
      { name: 'lr 0.03' },
      { name: 'LinearLR', policy: perStep({ type: 'LinearLR', startFactor: 0.01, totalIters: 60 }) },
    ],
    watch: ['loss', 'lr'],
    guess: {
      choices: [
        { name: 'diverges', when: [{ code: 'diverges', run: 'lr 0.03' }] },
        { name: 'lower', when: [{ code: 'lower-loss', run: 'lr 0.03', than: 'LinearLR', share: 0.95 }] },
        { name: 'same', when: [] },
      ],
    },
    check: [
      { code: 'diverges', run: 'lr 0.03' },
      { code: 'falls', run: 'LinearLR', share: 0.7, last: 30 },
    ],
  },

  cosine: {
    setup: { batchSize: 8, stepsPerEpoch: 40, epochs: 6, optimizer: sgd(0.5) },
    runs: [
      { name: 'T_max 120', policy: perStep({ type: 'CosineAnnealingLR', tMax: 120 }) },
      { name: 'T_max 240', policy: perStep({ type: 'CosineAnnealingLR', tMax: 240 }) },
      { name: 'T_max 480', policy: perStep({ type: 'CosineAnnealingLR', tMax: 480 }) },
    ],
    watch: ['loss', 'lr'],
    guess: {
      choices: [
        {
          name: 'half',
          when: [
            { code: 'lower-loss', run: 'T_max 120', than: 'T_max 240', last: 40 },
            { code: 'lower-loss', run: 'T_max 120', than: 'T_max 480', last: 40 },
          ],
        },
        {
          name: 'whole',
          when: [
            { code: 'lower-loss', run: 'T_max 240', than: 'T_max 120', last: 40 },
            { code: 'lower-loss', run: 'T_max 240', than: 'T_max 480', last: 40 },
          ],
        },
        { name: 'twice', when: [{ code: 'lower-loss', run: 'T_max 480', than: 'T_max 240', last: 40 }] },
      ],
    },
    check: [
      { code: 'rate-returns', run: 'T_max 120', times: 100 },
      { code: 'rate-below', run: 'T_max 240', share: 0.001, by: 239 },
      { code: 'ends-higher', run: 'T_max 480', than: 'T_max 240', times: 100 },
      { code: 'lower-loss', run: 'T_max 240', than: 'T_max 120', share: 0.9, last: 40 },
    ],
  },

  'one-cycle': {
    setup: { batchSize: 16, stepsPerEpoch: 30, epochs: 4, optimizer: sgd(0.1, 0.9) },
    runs: [
      { name: 'lr 0.01', lr: 0.01 },
      { name: 'lr 0.1', lr: 0.1 },
      { name: 'OneCycleLR', policy: perStep({ type: 'OneCycleLR', maxLr: 0.1, totalSteps: 120 }) },
    ],
    watch: ['loss', 'lr'],
    guess: {
      choices: [
        {
          name: 'cycle',
          when: [
            { code: 'lower-loss', run: 'OneCycleLR', than: 'lr 0.01', last: 30 },
            { code: 'lower-loss', run: 'OneCycleLR', than: 'lr 0.1', last: 30 },
          ],
        },
        { name: 'low', when: [{ code: 'lower-loss', run: 'lr 0.01', than: 'lr 0.1', last: 30 }] },
        { name: 'high', when: [{ code: 'lower-loss', run: 'lr 0.1', than: 'lr 0.01', last: 30 }] },
      ],
    },
    check: [
      { code: 'rate-cycles', run: 'OneCycleLR', share: 0.01 },
      { code: 'lower-loss', run: 'OneCycleLR', than: 'lr 0.01', share: 0.9, last: 30 },
      { code: 'lower-loss', run: 'OneCycleLR', than: 'lr 0.1', share: 0.95, last: 30 },
    ],
  },

  'chained-or-sequential': {
    setup: { batchSize: 16, stepsPerEpoch: 10, epochs: 14, optimizer: sgd(0.3) },
    runs: [
      {
        name: 'ChainedScheduler',
        policy: perEpoch({ type: 'ChainedScheduler', schedulers: warmUpAndDecay }),
      },
      {
        name: 'SequentialLR',
        policy: perEpoch({ type: 'SequentialLR', schedulers: warmUpAndDecay, milestones: [5] }),
      },
    ],
    watch: ['loss', 'lr'],
    guess: {
      choices: [
        { name: 'chained', when: [{ code: 'lower-loss', run: 'ChainedScheduler', than: 'SequentialLR' }] },
        { name: 'sequential', when: [{ code: 'lower-loss', run: 'SequentialLR', than: 'ChainedScheduler' }] },
      ],
    },
    check: [
      { code: 'higher-peak', run: 'SequentialLR', than: 'ChainedScheduler', times: 2 },
      { code: 'lower-loss', run: 'SequentialLR', than: 'ChainedScheduler', share: 0.8 },
    ],
  },

  plateau: {
    setup: { batchSize: 8, stepsPerEpoch: 20, epochs: 30, optimizer: sgd(0.7) },
    runs: [
      { name: 'lr 0.7' },
      {
        name: 'ReduceLROnPlateau',
        policy: [
          {
            scheduler: { type: 'ReduceLROnPlateau', factor: 0.1, patience: 3 },
            interval: 'step',
            frequency: 20,
            monitor: 'trainLoss',
          },
        ],
      },
    ],
    watch: ['loss', 'lr'],
    stop: [{ when: 'cut', run: 'ReduceLROnPlateau', more: 100 }],
    guess: {
      choices: [
        { name: 'falls', when: [{ code: 'cut-helps', run: 'ReduceLROnPlateau', share: 0.95, last: 80 }] },
        { name: 'nothing', when: [] },
      ],
    },
    check: [{ code: 'cut-helps', run: 'ReduceLROnPlateau', share: 0.92, last: 80 }],
  },

  'find-a-rate': {
    setup: { batchSize: 16, stepsPerEpoch: 30, epochs: 5, optimizer: sgd(0.001) },
    rangeTest: { from: 0.0001, to: 10, steps: 80 },
    runs: [
      { name: 'lr 0.001', lr: 0.001 },
      { name: 'steepest', lr: 'steepest' },
      { name: '1/10', lr: 'tenthOfDivergence' },
    ],
    guess: {
      choices: [
        { name: 'steepest', when: [{ code: 'lower-loss', run: 'steepest', than: '1/10' }] },
        { name: 'tenth', when: [{ code: 'lower-loss', run: '1/10', than: 'steepest' }] },
      ],
    },
    check: [
      { code: 'lower-loss', run: 'steepest', than: 'lr 0.001', share: 0.6 },
      { code: 'lower-loss', run: '1/10', than: 'lr 0.001', share: 0.6 },
    ],
  },

  resume: {
    setup: {
      batchSize: 16,
      stepsPerEpoch: 10,
      epochs: 12,
      optimizer: sgd(0.3),
      policy: perEpoch({ type: 'CosineAnnealingLR', tMax: 12 }),
    },
    runs: [
      { name: 'state_dict', resume: 60 },
      {
        name: 'last_epoch',
        changes: [rebuilt(60, perEpoch({ type: 'CosineAnnealingLR', tMax: 12, lastEpoch: 5 }))],
      },
      { name: 'new scheduler', changes: [rebuilt(60, perEpoch({ type: 'CosineAnnealingLR', tMax: 12 }))] },
      {
        name: 'T_max 24',
        changes: [{ kind: 'adjust', step: 60, policy: perEpoch({ type: 'CosineAnnealingLR', tMax: 24 }) }],
      },
    ],
    watch: ['loss', 'lr'],
    guess: {
      choices: [
        {
          name: 'lower',
          when: [{ code: 'ends-higher', run: 'state_dict', than: 'new scheduler', times: 2 }],
        },
        {
          name: 'higher',
          when: [{ code: 'ends-higher', run: 'new scheduler', than: 'state_dict', times: 2 }],
        },
        { name: 'same', when: [{ code: 'same-rates', run: 'new scheduler', than: 'state_dict' }] },
      ],
    },
    check: [
      { code: 'same-rates', run: 'last_epoch', than: 'state_dict' },
      { code: 'ends-higher', run: 'new scheduler', than: 'state_dict', times: 2 },
      { code: 'ends-higher', run: 'T_max 24', than: 'state_dict', times: 2 },
    ],
  },
} as const;

/** The name of a built-in experiment. */
export type BuiltInName = keyof typeof specs;

/** The names of the built-in experiments, in the order of the article. */
export const builtInNames = Object.keys(specs) as BuiltInName[];

/** The built-in experiment with a name, if there is one. */
export function builtInExperiment(name: string): Experiment | undefined {
  const known = builtInNames.find((each) => each === name);
  if (known === undefined) return undefined;
  const result = parseExperiment({ name: known, ...specs[known] });
  if (result.success) return new Experiment(result.experiment);
  throw new Error(
    `the experiment ${known} is faulty: ${result.issues.map(({ message }) => message).join(' ')}`,
  );
}
