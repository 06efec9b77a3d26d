import type { Interval, Monitor, Policy } from '../policy.js';
import type { SchedulerType } from '../schema/scheduler-parameters.js';

/** A count of a scheduler that does not fit the run; `length` is how many steps of this unit there are for it. */
interface Misfit {
  /** The parameter's name in PyTorch. */
  readonly parameter: string;
  readonly value: number;
  readonly length: number;
  readonly unit: Interval;
}

/** Something that happens at the end of an epoch, counted from 1, or after so many steps of the run. */
interface Moment {
  readonly at: number;
  readonly unit: Interval;
}

interface HighRate {
  /** The highest rate that the policy reaches; it may be infinite. */
  readonly rate: number;
  /** The rate above which training is likely to diverge. */
  readonly limit: number;
}

/** The kinds of advice, each with the values that its sentence names. */
export interface AdviceValues {
  /** A cosine reaches its foot before the end, and the rate rises again. */
  'rises-again': { readonly parameter: string; readonly value: number } & Moment;
  /** A curve is far longer than the run, which ends in the middle of it. */
  'cut-short': Misfit;
  /** A milestone comes so late that it changes no update. */
  'milestone-late': Misfit;
  /** All milestones lie within the first tenth of the run. */
  'milestones-early': { readonly parameter: string; readonly value: number } & Moment;
  /** StepLR would make its first change after the end. */
  'never-changes': Misfit;
  /** OneCycleLR has fewer steps than the run, and refuses to step beyond them. */
  'cycle-too-short': { readonly parameter: string; readonly value: number } & Moment;
  /** CyclicLR does not complete one cycle. */
  'cycle-too-long': Misfit;
  /** A cycle that is meant to step after each batch steps after each epoch. */
  'cycle-per-epoch': { readonly scheduler: SchedulerType };
  /** A warm-up does not end within the run. */
  'warmup-too-long': Misfit;
  /** The first restart comes after the end. */
  'never-restarts': Misfit;
  /** A decay brings the rate below a thousandth of its start in the first half of the run. */
  'rate-vanishes': Moment;
  /** The policy reaches a rate at which training usually diverges. */
  'rate-high': HighRate;
  /** The policy reaches a rate at which a range test diverged. */
  'rate-above-test': HighRate;
  /** ReduceLROnPlateau waits longer than the run lasts. */
  'plateau-too-patient': Misfit;
  /** ReduceLROnPlateau may not lower the rate: `min_lr` or `eps` keeps it from any cut. */
  'plateau-floor': { readonly parameter: string; readonly value: number; readonly rate: number };
  /** ReduceLROnPlateau takes an improvement for the opposite. */
  'plateau-mode': { readonly value: 'min' | 'max'; readonly monitor: Monitor };
  /** A scheduler of SequentialLR starts after the end. */
  'never-starts': Misfit & { readonly scheduler: SchedulerType };
  /** An entry is stepped on every so-manieth epoch, and the run has fewer. */
  'never-steps': Misfit;
  /** An entry is stepped on every so-manieth batch, and an epoch has fewer. */
  'frequency-beyond-epoch': { readonly value: number; readonly length: number };
}

/** The name of a kind of advice; a reader's language makes a sentence of it. */
export type AdviceCode = keyof AdviceValues;

/** One thing that is probably not meant, where it is, and where one change corrects it, the changed policy. */
export type Advice = {
  [Code in AdviceCode]: {
    readonly code: Code;
    /** The way to the value in the policy; empty where it is about the optimizer's rate. */
    readonly path: readonly (string | number)[];
    readonly values: AdviceValues[Code];
    /** The policy without this problem; it shares what has not changed with the policy that was given. */
    readonly fix?: Policy;
  };
}[AdviceCode];

/** What is known besides the policy and the plan. */
export interface AdviceOptions {
  /** The optimizer's learning rate, or the one from which the policy takes over; without it no rate is judged. */
  readonly lr?: number;
  /** The step of the run at which the policy takes over; 0 by default. */
  readonly from?: number;
  /** What the last range test found. */
  readonly rangeTest?: {
    /** The rate at which it diverged. */
    readonly diverged?: number;
    /** The rate that it suggests. */
    readonly suggested?: number;
  };
}
