import type { Interval, Monitor, Policy } from '../policy.js';
import type { SchedulerType } from '../schema/scheduler-parameters.js';

/** A count of a scheduler that does not fit the run; `length` is the number of steps of this unit available to it. */
interface Misfit {
  /** The parameter's name in PyTorch. */
  readonly parameter: string;
  readonly value: number;
  readonly length: number;
  readonly unit: Interval;
}

/** The end of an epoch, counted from 1, or a number of steps of the run, at which something happens. */
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

/** The kinds of advice, each with the values in its sentence. */
export interface AdviceValues {
  /** A cosine reaches its minimum before the end, and the rate rises again. */
  'rises-again': { readonly parameter: string; readonly value: number } & Moment;
  /** A curve is far longer than the run, which ends in the middle of it. */
  'cut-short': Misfit;
  /** A milestone is so late that it changes no update. */
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
  /** ReduceLROnPlateau cannot lower the rate: `min_lr` or `eps` prevents any cut. */
  'plateau-floor': { readonly parameter: string; readonly value: number; readonly rate: number };
  /** ReduceLROnPlateau has the wrong mode for its metric. */
  'plateau-mode': { readonly value: 'min' | 'max'; readonly monitor: Monitor };
  /** A scheduler of SequentialLR starts after the end. */
  'never-starts': Misfit & { readonly scheduler: SchedulerType };
  /** The frequency of an entry exceeds the number of epochs of the run. */
  'never-steps': Misfit;
  /** The frequency of an entry exceeds the number of batches of an epoch. */
  'frequency-beyond-epoch': { readonly value: number; readonly length: number };
}

/** The name of a kind of advice; the locales make a sentence of it. */
export type AdviceCode = keyof AdviceValues;

/** One probable mistake, its position, and the corrected policy if one change corrects it. */
export type Advice = {
  [Code in AdviceCode]: {
    readonly code: Code;
    /** The path to the value in the policy; empty if it is about the optimizer's rate. */
    readonly path: readonly (string | number)[];
    readonly values: AdviceValues[Code];
    /** The policy without this problem; it shares the unchanged parts with the given policy. */
    readonly fix?: Policy;
  };
}[AdviceCode];

/** Facts besides the policy and the plan. */
export interface AdviceOptions {
  /** The optimizer's learning rate, or the one at which the policy takes over; without it no rate is checked. */
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
