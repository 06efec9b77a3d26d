/** The small curve of the policy editor. */
import { InputError, type Problem, toProblem } from '../../../src/errors.js';
import { type Config, expectedGroups } from '../../../src/config/index.js';
import { type Policy, previewPolicy, readsMetric, WorkBudget } from '../../../src/policy/index.js';
import { extremesOf } from '../kit/extremes.js';

/** A policy's learning rate over a run. */
export interface DraftPreview {
  /** Row k is the rate of update k; it ends where the policy ends, or where computing more would block the page. */
  lr: Float64Array;
  lowest: number;
  highest: number;
  /** Whether the policy depends on a metric, which a preview has to assume. */
  needsLoss: boolean;
  /** Whether it has all rates of the run, or of a policy that ends before it. */
  isWhole: boolean;
  /** The last step of a policy that ends before the run. */
  stops: number | undefined;
}

/** The curve of a policy over a whole run of this plan, from `lr`; or why it cannot be computed. */
export function previewDraft(
  policy: Policy,
  lr: number,
  plan: { readonly steps: number; readonly stepsPerEpoch: number },
  optimizer: Config['optimizer'],
): DraftPreview | Problem {
  // The last param group holds all weights that no other group names.
  const { momentum = null, betas } = expectedGroups(optimizer).at(-1)!;
  try {
    const { lr: rates, failure } = previewPolicy(policy, {
      lr,
      steps: plan.steps,
      stepsPerEpoch: plan.stepsPerEpoch,
      momentum,
      budget: new WorkBudget(),
      groups: [betas === undefined ? {} : { betas }],
    });
    const end = failure === undefined ? plan.steps : failure.step + 1;
    const values = rates[0].subarray(0, end);
    const [lowest, highest] = extremesOf(values);
    return {
      lr: values,
      lowest,
      highest,
      needsLoss: policy.some(({ scheduler }) => readsMetric(scheduler)),
      isWhole: values.length === end,
      stops: failure?.step,
    };
  } catch (error) {
    if (error instanceof InputError) return toProblem(error);
    throw error;
  }
}
