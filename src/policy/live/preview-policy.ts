import { InputError, toProblem } from '../../errors.js';
import type { Problem } from '../../errors.js';
import type { ParamGroup } from '../../schedulers/index.js';
import { isObject } from '../check-argument.js';
import { printValue } from '../schema/policy-issue.js';
import { buildPolicy } from './build-policy.js';
import { neverPlateau } from './never-plateau.js';
import { normalisePolicy } from '../schema/parse-policy.js';
import type { PolicyInput, SchedulerSpec } from '../policy.js';
import { childrenOf } from '../schema/policy-rules.js';
import { stepWork, type WorkBudget } from './work-budget.js';

/** The optimizer and the length of a preview. */
export interface PreviewOptions {
  /** The optimizer's learning rate. */
  lr: number;
  /** How many updates. */
  steps: number;
  /** How many updates make an epoch; 1 by default. */
  stepsPerEpoch?: number;
  /** The optimizer's momentum, 0.9 by default; null for an optimizer without. */
  momentum?: number | null;
  /** What the rows may cost; they end where it is spent. By default nothing ends them. */
  budget?: WorkBudget;
  /** The optimizer's param groups, if it has several; `lr` and `momentum` fill in what a group leaves out. */
  groups?: readonly Partial<ParamGroup>[];
}

/** An object that sets rates while it is played: a live policy or its owner. */
export interface Played {
  recordLoss(loss: number): void;
  afterStep(at: { batch: number }): void;
  afterEpoch(at: { epoch: number; metrics: { valLoss: number; valAccuracy: number } }): void;
  readonly paramGroups: readonly ParamGroup[];
}

/** The range over which a policy is played. */
export interface PlayOptions {
  /** The update of the first row, counted from 0. */
  from: number;
  /** How many updates from there on. */
  steps: number;
  /** How many updates make an epoch. */
  stepsPerEpoch: number;
  /** Whether momentum is recorded too. */
  withMomentum?: boolean;
  /**
   * Called before each update; returns whether it changed the policy, so that a run whose schedule failed continues, or that
   * the rows end before it.
   */
  beforeStep?: (step: number) => boolean | 'stop';
}

/** What a policy does to an optimizer, update by update. */
export interface PolicyPreview {
  /** A list per param group; row k is the learning rate used in the k-th update. */
  lr: Float64Array[];
  /** The same for momentum or the first beta, if the policy cycles it. */
  momentum?: Float64Array[];
  /** The step at which a scheduler refused to continue, and why: the rows after this one are NaN. */
  failure?: { step: number; problem: Problem };
}

/** The most updates that are previewed at once. */
const longestPreview = 10_000_000;

/**
 * Computes the learning rates (and momentum) that a policy sets, without any training: row k is used in update k.
 * A scheduler that waits for a plateau gets a metric that always improves.
 *
 * @throws InputError `policy`, `policy-refused` if it cannot be built, `invalid-preview` for `lr`, `steps` or
 * `stepsPerEpoch` out of range.
 */
export function previewPolicy(policy: PolicyInput, options: PreviewOptions): PolicyPreview {
  check('options', options, isObject(options), '{ lr, steps, stepsPerEpoch? }');
  const { lr, steps, stepsPerEpoch = 1, momentum = 0.9, groups = [{}], budget } = options;
  check('lr', lr, Number.isFinite(lr) && lr >= 0, 'number ≥ 0');
  checkLength(steps, stepsPerEpoch);
  check('groups', groups, Array.isArray(groups), 'a list of param groups');
  const base = momentum === null ? { lr } : { lr, momentum };
  const optimizer = {
    paramGroups: groups.map((group): ParamGroup => ({ ...base, ...structuredClone(group) })),
  };
  const patient = normalisePolicy(policy).map((entry) => ({
    ...entry,
    scheduler: neverPlateau(entry.scheduler),
  }));
  const live = buildPolicy(patient, optimizer);
  const cost = stepWork(patient, groups.length);
  const pay = (limited: WorkBudget) => (limited.spend(cost) ? false : 'stop');
  const withMomentum = patient.some(({ scheduler }) => cyclesMomentum(scheduler));
  return playPolicy(
    {
      paramGroups: optimizer.paramGroups,
      recordLoss: (loss) => live.recordLoss(loss),
      afterStep: (at) => live.afterStep(at),
      afterEpoch: (at) => live.afterEpoch(at),
    },
    { from: 0, steps, stepsPerEpoch, withMomentum, beforeStep: budget && (() => pay(budget)) },
  );
}

/**
 * Plays a policy without any training and records the rates: row k is that of update `from + k`.
 *
 * @throws InputError `invalid-preview` for numbers out of range, and what `beforeStep` throws
 */
export function playPolicy(played: Played, options: PlayOptions): PolicyPreview {
  check('options', options, isObject(options), '{ from, steps, stepsPerEpoch }');
  check('played', played, isObject(played), 'an object with paramGroups');
  const { from, steps, stepsPerEpoch, withMomentum = false, beforeStep } = options;
  check('from', from, Number.isSafeInteger(from) && from >= 0, 'integer ≥ 0');
  checkLength(steps, stepsPerEpoch);
  const { paramGroups } = played;
  const rows = (): Float64Array[] => paramGroups.map(() => new Float64Array(steps).fill(NaN));
  const lr = rows();
  const momentum = withMomentum ? rows() : undefined;
  const preview: PolicyPreview = momentum ? { lr, momentum } : { lr };
  let failure: PolicyPreview['failure'];

  for (let row = 0; row < steps; row += 1) {
    const step = from + row;
    // Where a schedule failed and is changed at that step, the run continues.
    const change = beforeStep?.(step);
    if (change === 'stop') return upTo(row, preview);
    if (change) failure = undefined;
    if (failure) return { ...preview, failure };
    for (let group = 0; group < paramGroups.length; group += 1) {
      lr[group][row] = paramGroups[group].lr;
      if (momentum) momentum[group][row] = momentumOf(paramGroups[group]);
    }
    const batch = step % stepsPerEpoch;
    try {
      played.recordLoss(0);
      played.afterStep({ batch });
      if (batch === stepsPerEpoch - 1) {
        const metrics = { valLoss: 0, valAccuracy: 0 };
        played.afterEpoch({ epoch: Math.floor(step / stepsPerEpoch), metrics });
      }
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      failure = { step, problem: toProblem(error) };
    }
  }
  return preview;
}

const upTo = (row: number, { lr, momentum }: PolicyPreview): PolicyPreview => ({
  lr: lr.map((rates) => rates.slice(0, row)),
  ...(momentum && { momentum: momentum.map((values) => values.slice(0, row)) }),
});

function cyclesMomentum(spec: SchedulerSpec): boolean {
  if (spec.type === 'CyclicLR' || spec.type === 'OneCycleLR') return spec.cycleMomentum ?? true;
  return childrenOf(spec).some(cyclesMomentum);
}

function momentumOf({ momentum, betas }: ParamGroup): number {
  return momentum ?? betas?.[0] ?? NaN;
}

function checkLength(steps: number, stepsPerEpoch: number): void {
  const fits = Number.isSafeInteger(steps) && steps >= 0 && steps <= longestPreview;
  check('steps', steps, fits, `0 ≤ integer ≤ ${longestPreview}`);
  check(
    'stepsPerEpoch',
    stepsPerEpoch,
    Number.isSafeInteger(stepsPerEpoch) && stepsPerEpoch >= 1,
    'integer ≥ 1',
  );
}

function check(name: string, value: unknown, accepts: boolean, accepted: string): void {
  if (accepts) return;
  throw new InputError({
    code: 'invalid-preview',
    path: name,
    message: `${name} is ${printValue(value)}; accepted: ${accepted}.`,
    received: printValue(value),
    accepted,
  });
}
