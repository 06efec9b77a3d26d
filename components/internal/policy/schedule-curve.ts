/** One curve of `<lr-schedule-plot>`: from a policy that the page gave to its learning rates. */
import { badValue, InputError, toProblem } from '../../../src/errors.js';
import {
  buildPolicy,
  groupCountOf,
  type Policy,
  type PolicyPreview,
  type PresetId,
  type PresetPlan,
  previewPolicy,
  readsMetric,
  stepWork,
  usualWork,
} from '../../../src/policy/index.js';
import { policyName } from './scheduler-text.js';
import { readPolicyValue } from './policy-value.js';
import type { PlotSettings } from './plot-settings.js';

/** A policy and its rates over the steps of the plot. */
export interface ScheduleCurve extends PolicyPreview {
  /** The name that the page gave it, if any. */
  readonly label: string | null;
  /** The preset, if the policy was given by its id. */
  readonly preset: PresetId | undefined;
  /** The names of its schedulers, such as `LinearLR ▸ CosineAnnealingLR`. */
  readonly schedulers: string;
  /** Whether one of them watches a metric. */
  readonly watchesMetric: boolean;
}

/** The momentum of the assumed optimizer; schedulers that cycle the momentum start from it. */
const configuredMomentum = 0.9;

/**
 * Reads a policy (JSON, a preset's id, or the policy itself) and computes its curve. A preset is fitted to the plot; a policy with lists
 * for several param groups gets as many groups, all with the same learning rate.
 *
 * @throws InputError `config-value` for a preset that does not exist, `policy` with the policy's issues, and
 * `policy-refused` for a policy that cannot be built.
 */
export function curveOf(given: unknown, label: string | null, settings: PlotSettings): ScheduleCurve {
  const { policy, preset } = readPolicyValue(given, () => planOf(settings));
  checkWork(policy, settings);
  const watchesMetric = policy.some(({ scheduler }) => readsMetric(scheduler));
  return {
    ...(watchesMetric && settings.metric !== undefined
      ? previewUnder(settings.metric, policy, settings)
      : preview(policy, settings)),
    label,
    preset,
    schedulers: policyName(policy),
    watchesMetric,
  };
}

/** What a curve may cost: a second or two. */
const mostWork = 8 * usualWork;

/** @throws InputError `config-value` for more steps than this policy can be computed for while the page waits */
function checkWork(policy: Policy, { steps }: PlotSettings): void {
  const most = Math.floor(mostWork / stepWork(policy, groupCountOf(policy)));
  if (steps > most) throw badValue('steps', String(steps), `1 ≤ integer ≤ ${most}, for this policy`);
}

function planOf({ lr, steps, stepsPerEpoch }: PlotSettings): PresetPlan {
  return { lr, steps, stepsPerEpoch, epochs: Math.max(1, Math.ceil(steps / stepsPerEpoch)) };
}

function preview(policy: Policy, { lr, steps, stepsPerEpoch }: PlotSettings, length = steps): PolicyPreview {
  const groups = Array.from({ length: groupCountOf(policy) }, () => ({}));
  return previewPolicy(policy, { lr, steps: length, stepsPerEpoch, momentum: configuredMomentum, groups });
}

/** The preview of a policy under a made-up metric. The preview of `src/policy` assumes that it always improves. */
function previewUnder(
  metric: (epoch: number) => number,
  policy: Policy,
  settings: PlotSettings,
): PolicyPreview {
  const { lr, steps, stepsPerEpoch } = settings;
  const optimizer = {
    paramGroups: Array.from({ length: groupCountOf(policy) }, () => ({ lr, momentum: configuredMomentum })),
  };
  const live = buildPolicy(policy, optimizer);
  const rows = (): Float64Array[] => optimizer.paramGroups.map(() => new Float64Array(steps).fill(NaN));
  const rates = rows();
  const momentum = preview(policy, settings, 0).momentum && rows();
  for (let step = 0; step < steps; step++) {
    optimizer.paramGroups.forEach((group, index) => {
      rates[index][step] = group.lr;
      if (momentum !== undefined) momentum[index][step] = group.momentum;
    });
    const epoch = Math.floor(step / stepsPerEpoch);
    const batch = step % stepsPerEpoch;
    const value = metric(epoch);
    try {
      live.recordLoss(value);
      live.afterStep({ batch });
      if (batch === stepsPerEpoch - 1) {
        live.afterEpoch({ epoch, metrics: { valLoss: value, valAccuracy: value } });
      }
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return {
        lr: rates,
        momentum,
        failure: step + 1 < steps ? { step, problem: toProblem(error) } : undefined,
      };
    }
  }
  return { lr: rates, momentum };
}
