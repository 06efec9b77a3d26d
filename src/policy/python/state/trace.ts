/** What a program does to one training, in the order in which it does it: updates, scheduler steps, loops, conditions. */
import type { Monitor } from '../../policy.js';
import type { Loop } from '../values/loop.js';
import type { InstanceValue, OptimizerValue, SchedulerValue, UnknownValue } from '../values/value.js';

/** Lightning's `trainer.fit(module)`. */
export interface Fit {
  readonly module: InstanceValue;
  /** The attributes of the module at that moment: a condition around it may be over later. */
  readonly attributes: InstanceValue['attributes'];
  /** Undefined where it is not Lightning's own Trainer that the code makes. */
  readonly trainer: InstanceValue | undefined;
  readonly line: number;
}

/** One thing that happens. */
export type TraceNode =
  | { readonly type: 'update'; readonly line: number; readonly optimizer: OptimizerValue }
  /** A call that trains, with code that is not there. */
  | {
      readonly type: 'training';
      readonly line: number;
      readonly name: string;
      readonly unit: 'epoch' | 'step' | undefined;
      /** The optimizers that it is given. */
      readonly optimizers: ReadonlySet<OptimizerValue>;
      /** The module of Lightning that it is given. */
      readonly fit: Fit | undefined;
    }
  | { readonly type: 'backward'; readonly line: number }
  | {
      readonly type: 'step';
      readonly line: number;
      readonly scheduler: SchedulerValue;
      readonly metric: Monitor | undefined;
      /** The list out of which the scheduler was taken by its index. */
      readonly list: readonly SchedulerValue[] | undefined;
    }
  | { readonly type: 'loop'; readonly line: number; readonly loop: Loop; readonly body: readonly TraceNode[] }
  | {
      readonly type: 'branch';
      readonly line: number;
      readonly text: string;
      readonly test: UnknownValue;
      readonly then: readonly TraceNode[];
      readonly otherwise: readonly TraceNode[];
    }
  /** The program leaves loops here: all of `loops`; or the rest of one pass. */
  | { readonly type: 'leave'; readonly line: number; readonly loops: readonly Loop[] }
  | { readonly type: 'continue'; readonly line: number; readonly loop: Loop };
