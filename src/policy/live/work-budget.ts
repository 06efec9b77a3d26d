/**
 * How much is computed ahead. A link or a session may ask for any number of runs, steps and schedulers, and the page must
 * not freeze: so work is counted, in steps of single schedulers, and what exceeds a budget is left for later.
 */
import type { PolicyEntry, SchedulerSpec } from '../policy.js';
import { childrenOf } from '../schema/policy-rules.js';

/** The scheduler steps that are computed at once, for all runs of a session together: some tenths of a second. */
export const usualWork = 1_000_000;

/** The characters of a formula that cost as much as a step of a scheduler. */
const charactersPerStep = 16;

/** How many steps as a change costs that builds a policy. */
const stepsPerChange = 20;

/** A limited amount of work. */
export class WorkBudget {
  private remaining: number;

  /** @param work in steps of single schedulers */
  constructor(work = usualWork) {
    this.remaining = work;
  }

  /** What is left, in steps of single schedulers. */
  get left(): number {
    return this.remaining;
  }

  /** Takes work out of the budget; says whether there was enough, and takes nothing otherwise. */
  spend(work: number): boolean {
    if (work > this.remaining) return false;
    this.remaining -= work;
    return true;
  }
}

/** What a step of a policy costs at most, on so many param groups. */
export const stepWork = (policy: readonly PolicyEntry[], groups: number): number =>
  groups * policy.reduce((sum, { scheduler }) => sum + schedulerWork(scheduler), 1);

/** What a change costs that leads to a policy. */
export const changeWork = (policy: readonly PolicyEntry[], groups: number): number =>
  stepsPerChange * stepWork(policy, groups);

function schedulerWork(spec: SchedulerSpec): number {
  const formulas = 'lrLambda' in spec ? [spec.lrLambda].flat().join('') : '';
  const own = 1 + formulas.length / charactersPerStep;
  return childrenOf(spec).reduce((sum, child) => sum + schedulerWork(child), own);
}
