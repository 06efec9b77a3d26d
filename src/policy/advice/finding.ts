import type { PolicyPlan } from '../plan.js';
import type { PolicyEntry, SchedulerSpec } from '../policy.js';
import type { AdviceCode, AdviceValues } from './advice.js';
import { entryClock, type EntryClock } from './entry-clock.js';

/** Where a scheduler stands in a policy, and how long it acts. */
export interface Place {
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

/** One piece of advice on a scheduler, before its place in the policy is known. */
export type Finding = {
  [Code in AdviceCode]: {
    readonly code: Code;
    /** The way from the scheduler to the value; from the entry where the code is about when it is stepped. */
    readonly at: readonly (string | number)[];
    readonly values: AdviceValues[Code];
    /** What takes the place of the scheduler, or of the whole entry. */
    readonly fix?: { readonly scheduler: SchedulerSpec } | { readonly entry: PolicyEntry };
  };
}[AdviceCode];

/** When something happens at a scheduler's `number`th step. */
export function momentAt({ clock, start }: Place, number: number): Pick<EntryClock, 'unit'> & { at: number } {
  return { at: clock.momentOf(start + number), unit: clock.unit };
}

/** How often the entry would be stepped with another interval, every time. */
export function countWith(interval: PolicyEntry['interval'], { plan, from }: Place): number {
  return entryClock({ interval, frequency: 1 }, plan, from).count;
}

/** The entry with another interval, stepped every time. */
export function entryWith(interval: PolicyEntry['interval'], scheduler: SchedulerSpec): PolicyEntry {
  return { scheduler, interval, frequency: 1 };
}

/** A part of a number of steps: whole, and at least one. */
export function share(count: number, of: number): number {
  return Math.max(1, Math.round(count * of));
}
