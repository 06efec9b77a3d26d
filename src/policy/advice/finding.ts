import type { PolicyPlan } from '../plan.js';
import type { PolicyEntry, SchedulerSpec } from '../policy.js';
import type { AdviceCode, AdviceValues } from './advice.js';
import { entryClock, type EntryClock } from './entry-clock.js';

/** The position of a scheduler in a policy and in time. */
export interface SchedulerContext {
  readonly entry: PolicyEntry;
  readonly clock: EntryClock;
  readonly plan: PolicyPlan;
  /** The step of the run at which the policy takes over. */
  readonly from: number;
  /** How often the entry has been stepped when the scheduler takes over: its milestone in SequentialLR. */
  readonly start: number;
  /** How often the scheduler is stepped: to the end of the run, or to the next milestone. */
  readonly count: number;
  /** Whether another scheduler takes over after it. */
  readonly hasSuccessor: boolean;
  /** Whether it is the entry's own scheduler, so that the entry's interval is its own. */
  readonly isWhole: boolean;
}

/** One piece of advice on a scheduler, before its position in the policy is known. */
export type Finding = {
  [Code in AdviceCode]: {
    readonly code: Code;
    /** The path from the scheduler to the value; from the entry if it is about the interval or the frequency. */
    readonly at: readonly (string | number)[];
    readonly values: AdviceValues[Code];
    /** The scheduler, or the whole entry, that replaces the present one. */
    readonly fix?: { readonly scheduler: SchedulerSpec } | { readonly entry: PolicyEntry };
  };
}[AdviceCode];

/** The time of a scheduler's `number`th step. */
export function momentAt(
  { clock, start }: SchedulerContext,
  number: number,
): Pick<EntryClock, 'unit'> & { at: number } {
  return { at: clock.momentOf(start + number), unit: clock.unit };
}

/** How often the entry would be stepped with another interval and the frequency 1. */
export function countWith(interval: PolicyEntry['interval'], { plan, from }: SchedulerContext): number {
  return entryClock({ interval, frequency: 1 }, plan, from).count;
}

/** The entry with another interval and the frequency 1. */
export function entryWith(interval: PolicyEntry['interval'], scheduler: SchedulerSpec): PolicyEntry {
  return { scheduler, interval, frequency: 1 };
}

/** A fraction of a number of steps: an integer, at least 1. */
export function share(count: number, of: number): number {
  return Math.max(1, Math.round(count * of));
}
