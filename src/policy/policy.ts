import type { schedulerParameters, SchedulerType } from './schema/scheduler-parameters.js';

type Table = typeof schedulerParameters;

type PerGroup<Row, Value> = Row extends { perGroup: true } ? Value | Value[] : Value;

type ValueOf<Row> = Row extends { kind: 'choice'; values: readonly (infer Word)[] }
  ? Word
  : Row extends { kind: 'number' | 'integer' }
    ? PerGroup<Row, number>
    : Row extends { kind: 'integers' }
      ? number[]
      : Row extends { kind: 'boolean' }
        ? boolean
        : Row extends { kind: 'formula' }
          ? PerGroup<Row, string>
          : Row extends { kind: 'schedulers' }
            ? SchedulerSpec[]
            : never;

type OptionalKeys<Rows> = {
  [Key in keyof Rows]: Rows[Key] extends { default: unknown } ? Key : never;
}[keyof Rows];

type Flat<T> = { [Key in keyof T]: T[Key] };

/** One scheduler as data: PyTorch's class name and its parameters in camelCase, with functions as formulas. */
export type SpecOf<Type extends SchedulerType> = Flat<
  { type: Type } & {
    [Key in Exclude<keyof Table[Type], OptionalKeys<Table[Type]>>]: ValueOf<Table[Type][Key]>;
  } & {
    [Key in OptionalKeys<Table[Type]>]?: ValueOf<Table[Type][Key]>;
  }
>;

/** Any scheduler as data; `type` names it, and composites nest. */
export type SchedulerSpec = { [Type in SchedulerType]: SpecOf<Type> }[SchedulerType];

/** When an entry is stepped: after updates, or at the end of epochs. */
export type Interval = 'step' | 'epoch';

/** The metric that a scheduler reads: the mean training loss since its last step, or a validation result. */
export type Monitor = 'trainLoss' | 'valLoss' | 'valAccuracy';

/** One scheduler of a policy and when it is stepped, as in Lightning's `lr_scheduler_config`. */
export interface PolicyEntry {
  scheduler: SchedulerSpec;
  /** `"epoch"` by default. */
  interval: Interval;
  /** Stepped after every so many steps or epochs; 1 by default. */
  frequency: number;
  /** Read only for a scheduler that takes a metric. */
  monitor?: Monitor;
}

/** Schedulers built in this order on one optimizer and stepped in this order; an empty policy changes nothing. */
export type Policy = PolicyEntry[];

/** An entry as a person may write it: values with a default can be left out. */
export type PolicyEntryInput = Pick<PolicyEntry, 'scheduler'> & Partial<PolicyEntry>;

/** A policy as a person may write it: a list, one entry, or a bare scheduler. */
export type PolicyInput = readonly (PolicyEntryInput | SchedulerSpec)[] | PolicyEntryInput | SchedulerSpec;

/** The intervals, in the order of a panel's choices. */
export const intervals = ['step', 'epoch'] as const satisfies readonly Interval[];

/** The metrics that an entry can monitor. */
export const monitors = ['trainLoss', 'valLoss', 'valAccuracy'] as const satisfies readonly Monitor[];
