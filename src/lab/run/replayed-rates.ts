/** The schedule of a run with a past, replayed in the page: no worker holds the run yet, and its preview is known. */
import type { CompleteConfig } from '../../config/index.js';
import { InputError } from '../../errors.js';
import { SchedulerError } from '../../schedulers/index.js';
import { changeWork, stepWork, type WorkBudget } from '../../policy/index.js';
import type { Intervention, Plan, RateDriver } from '../../timeline/index.js';
import { driverAtStart } from './expected-run.js';
import type { History } from './history.js';

/** A longer past takes more time than a page has between two frames; the worker replays it anyway. */
const mostSteps = 20_000;

/**
 * The rate driver of a run after its past. Undefined where the past is too long or exceeds the budget, a schedule fails
 * in it, or the replay does not lead to the rates that were used.
 */
export function driverAfter(
  config: CompleteConfig,
  log: readonly Intervention[],
  { length, loss, lr, evaluations }: Pick<History, 'length' | 'loss' | 'lr' | 'evaluations'>,
  { stepsPerEpoch }: Plan,
  budget: WorkBudget,
): RateDriver | undefined {
  if (length > mostSteps) return undefined;
  const scores = new Map(evaluations.map((evaluation) => [evaluation.step, evaluation]));
  try {
    const driver = driverAtStart(config);
    let next = 0;
    const act = (step: number): boolean => {
      for (; log.at(next)?.step === step; next += 1) {
        if (!budget.spend(changeWork(driver.entries, driver.paramGroups.length))) return false;
        driver.change(log[next]);
      }
      return true;
    };
    for (let step = 0; step < length; step += 1) {
      if (!act(step)) return undefined;
      if (!budget.spend(stepWork(driver.entries, driver.paramGroups.length))) return undefined;
      if (driver.lr.some((rate, group) => !Object.is(rate, lr.at(group)?.[step]))) return undefined;
      driver.recordLoss(loss[step]);
      const batch = step % stepsPerEpoch;
      driver.afterStep({ batch });
      if (batch < stepsPerEpoch - 1) continue;
      const score = scores.get(step + 1);
      const metrics = { valLoss: score?.loss, valAccuracy: score?.accuracy };
      driver.afterEpoch({ epoch: Math.floor(step / stepsPerEpoch), metrics });
    }
    return act(length) ? driver : undefined;
  } catch (error) {
    if (error instanceof InputError || error instanceof SchedulerError) return undefined;
    throw error;
  }
}
