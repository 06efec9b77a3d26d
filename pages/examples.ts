/** What the page of all schedulers draws: code that a reader can copy, and the policy that this code describes. */
import {
  fromPyTorch,
  type Policy,
  type PresetConfig,
  type PresetId,
  presets,
  type SchedulerType,
  schedulerTypes,
  toPyTorch,
} from '../src/policy/index.js';

/** One plot and the code below it. */
export interface Example {
  /** PyTorch code that builds the schedulers; may be empty. */
  readonly code: string;
  readonly policy: Policy;
  readonly lr: number;
  readonly steps: number;
  readonly stepsPerEpoch: number;
  /** A made-up metric by epoch, for schedulers that watch one. */
  readonly metric?: string;
  /** The only axis that shows the whole curve; by default the reader chooses. */
  readonly scale?: 'log';
}

/** An example of a scheduler. */
export interface SchedulerExample extends Example {
  readonly type: SchedulerType;
}

/** A preset as an example. */
export interface PresetExample extends Example {
  readonly id: PresetId;
  readonly config: PresetConfig | undefined;
  readonly source: string | undefined;
}

/** The settings of the sixteen schedulers. */
export const schedulerPlan = { lr: 0.1, steps: 100, stepsPerEpoch: 1 } as const;

interface RecipePlan {
  readonly lr: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
}

/** The settings of the recipes. */
export const recipePlan: RecipePlan = { lr: 0.1, epochs: 20, stepsPerEpoch: 10 };

const codes: Readonly<Record<SchedulerType, string>> = {
  LambdaLR: 'LambdaLR(optimizer, lr_lambda=lambda epoch: 1 / (1 + 0.1 * epoch))',
  MultiplicativeLR: 'MultiplicativeLR(optimizer, lr_lambda=lambda epoch: 0.95 if epoch < 40 else 1)',
  StepLR: 'StepLR(optimizer, step_size=30, gamma=0.3)',
  MultiStepLR: 'MultiStepLR(optimizer, milestones=[20, 50, 80], gamma=0.5)',
  ConstantLR: 'ConstantLR(optimizer, factor=0.3, total_iters=30)',
  LinearLR: 'LinearLR(optimizer, start_factor=0.1, total_iters=40)',
  ExponentialLR: 'ExponentialLR(optimizer, gamma=0.96)',
  SequentialLR: `SequentialLR(optimizer, schedulers=[
    LinearLR(optimizer, total_iters=20),
    ExponentialLR(optimizer, gamma=0.96),
], milestones=[20])`,
  PolynomialLR: 'PolynomialLR(optimizer, total_iters=80, power=2)',
  CosineAnnealingLR: 'CosineAnnealingLR(optimizer, T_max=100)',
  ChainedScheduler: `ChainedScheduler([
    ExponentialLR(optimizer, gamma=0.98),
    StepLR(optimizer, step_size=40, gamma=0.4),
])`,
  ReduceLROnPlateau: 'ReduceLROnPlateau(optimizer, factor=0.5, patience=8)',
  CyclicLR: 'CyclicLR(optimizer, base_lr=0.01, max_lr=0.1, step_size_up=10, mode="triangular2")',
  CosineAnnealingWarmRestarts: 'CosineAnnealingWarmRestarts(optimizer, T_0=15, T_mult=2)',
  OneCycleLR: 'OneCycleLR(optimizer, max_lr=0.1, total_steps=100)',
  SWALR: 'SWALR(optimizer, swa_lr=0.04, anneal_epochs=50)',
};

/** A metric that falls, stalls, falls again after the rate is lowered, and stalls once more. */
const stallingTwice = 'epoch < 48 ? max(0.5, 1 - epoch / 36) : max(0.2, 0.5 - (epoch - 48) / 50)';
/** The same over the few epochs of the recipes. */
const stallingOnce = 'max(0.4, 1 - epoch / 10)';

/** One clear example of each of the sixteen, in PyTorch's order. */
export const schedulerExamples: readonly SchedulerExample[] = schedulerTypes.map((type) => ({
  type,
  code: codes[type],
  policy: policyIn(codes[type]),
  ...schedulerPlan,
  ...(type === 'ReduceLROnPlateau' ? { metric: stallingTwice } : {}),
}));

/** The presets, each over the training for which it was made. */
export const presetExamples: readonly PresetExample[] = presets.map(({ id, config, source, policy: fit }) => {
  const plan = config === undefined ? recipePlan : programPlan(id, config);
  const steps = plan.epochs * plan.stepsPerEpoch;
  const policy = fit({ ...plan, steps });
  return {
    id,
    config,
    source,
    policy,
    code: constructionIn(toPyTorch(policy)),
    lr: plan.lr,
    steps,
    stepsPerEpoch: plan.stepsPerEpoch,
    metric: stallingOnce,
    // After the second milestone the rate is a ten-thousandth of what it was.
    ...(id === 'exponential-and-milestones' ? { scale: 'log' as const } : {}),
  };
});

/** The programs step once an epoch; the third is followed until both of its milestones have come. */
function programPlan(id: PresetId, { optimizer, epochs = recipePlan.epochs }: PresetConfig): RecipePlan {
  return { lr: optimizer.lr, epochs: id === 'exponential-and-milestones' ? 100 : epochs, stepsPerEpoch: 1 };
}

/** The policy of a piece of PyTorch code from this file. */
function policyIn(code: string): Policy {
  const result = fromPyTorch(code);
  if (result.success) return result.policy;
  throw new Error(
    `an example is not PyTorch code: ${(result.issues ?? result.unknowns).map(({ message }) => message).join(' ')}`,
  );
}

/** The lines of a script that build its schedulers: from the first of them to the next empty line. */
function constructionIn(script: string): string {
  return /^scheduler\d* = .*?(?=\n\n)/ms.exec(script)?.[0] ?? '';
}
