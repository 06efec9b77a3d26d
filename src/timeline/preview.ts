/**
 * The learning rates that a run will use, played on a fork of its rate driver: with everything that is planned, and with
 * a change that is not made yet. Future metrics are unknown, so the preview assumes that they always improve.
 */
import { InputError } from '../errors.js';
import { changeWork, neverPlateau, playPolicy, readsMetric, stepWork, WorkBudget } from '../policy/index.js';
import type { Change, ChangeAtStep } from './intervention.js';
import type { Plan } from './plan.js';
import type { RateDriver } from './rate-driver.js';

/** The rates that a run will use, or would use after a change. */
export interface RatePreview {
  /** The update of the first rate. */
  readonly from: number;
  /** `lr[group][i]` is the rate of update `from + i`. */
  readonly lr: readonly Float64Array[];
  /** Whether the rates are a guess: a plateau depends on future losses. */
  readonly isGuess: boolean;
}

/** The position of a run, and what is planned for it. */
export interface PreviewOptions {
  readonly plan: Plan;
  /** The step that comes next. */
  readonly now: number;
  readonly planned: readonly ChangeAtStep[];
  /** A change that is not made yet; the preview begins at its step. */
  readonly change?: ChangeAtStep;
  /** Where it is spent, the preview ends; one of its own by default. */
  readonly budget?: WorkBudget;
}

/**
 * The most steps of a preview: it is played between two steps of a run, and a link may contain a run of any length.
 */
export const longestPreview = 200_000;

/**
 * Plays the rates ahead. Planned changes that cannot be made are left out, as the run will leave them out.
 *
 * @throws InputError saying why `change` cannot be made at its step, or why the run does not reach it
 */
export function previewRates(
  driver: RateDriver,
  { plan, now, planned, change, budget = new WorkBudget() }: PreviewOptions,
): RatePreview {
  const from = change?.step ?? now;
  const ahead = driver.fork({ isPatient: true });
  let isGuess = from === now && isGuessed(driver);
  let isMade = change === undefined;

  const coming = [...planned, ...(change ? [change] : [])].sort((one, other) => one.step - other.step);
  let next = 0;
  const groups = ahead.paramGroups.length;
  let cost = stepWork(ahead.entries, groups);
  const beforeStep = (step: number): boolean | 'stop' => {
    let hasChanged = false;
    for (; next < coming.length && coming[next].step <= step; next += 1) {
      const each = coming[next];
      if (!budget.spend(changeWork(ahead.entries, groups)) && step > now) return 'stop';
      try {
        ahead.change(patient(each));
        hasChanged = true;
        cost = stepWork(ahead.entries, groups);
        isGuess = isGuessed(ahead) || (each.step > from && isGuess);
        isMade ||= each === change;
      } catch (error) {
        if (!(error instanceof InputError) || each === change) throw error;
      }
    }
    // The next update has a rate in any case.
    return budget.spend(cost) || step === now ? hasChanged : 'stop';
  };

  // Each step costs at least one unit a group: no rows for steps that cannot be paid.
  const payable = 1 + Math.floor(budget.left / groups);
  const steps = Math.min(Math.max(0, plan.steps - now), longestPreview, payable);
  const { stepsPerEpoch } = plan;
  const { lr, failure } = playPolicy(ahead, { from: now, steps, stepsPerEpoch, beforeStep });
  if (failure && !isMade) throw new InputError(failure.problem);
  // Copies: a view that is posted to another thread takes its whole buffer along.
  return { from, lr: from === now ? lr : lr.map((rates) => rates.slice(from - now)), isGuess };
}

const isGuessed = ({ entries }: RateDriver): boolean =>
  entries.some(({ scheduler }) => readsMetric(scheduler));

/** The change with schedulers that never detect a plateau. */
function patient(change: Change): Change {
  if (!('policy' in change)) return change;
  const policy = change.policy.map((entry) => ({ ...entry, scheduler: neverPlateau(entry.scheduler) }));
  return { ...change, policy };
}
