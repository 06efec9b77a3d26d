/** What an expression of a training script comes to, as far as it matters for schedulers. */
import type { FormulaNode } from '../formula/formula-node.js';
import type { SchedulerType } from '../schema/scheduler-parameters.js';

/** A value; `unknown` is anything else, with the reason to be given should it be needed after all. */
export type Value =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'constant'; readonly value: boolean | null }
  | { readonly type: 'list'; readonly items: Value[] }
  | { readonly type: 'function'; readonly nodeOf: () => FormulaNode }
  | { readonly type: 'scheduler'; readonly built: BuiltScheduler; readonly adapter: boolean }
  | { readonly type: 'optimizer' }
  | {
      readonly type: 'unknown';
      readonly line: number;
      readonly reason: string;
      /** Whether it was made from an optimizer, as a scheduler of another library would be. */
      readonly fromOptimizer: boolean;
    };

/** A scheduler that the script constructs. */
export interface BuiltScheduler {
  readonly type: SchedulerType;
  /** Where it is constructed. */
  readonly line: number;
  /** The parameters as a policy has them, the composites' children excepted. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly children: readonly BuiltScheduler[];
  /** Whether it reads a metric that is handed to it before it is stepped: a composite over adapters. */
  readonly passMetrics: boolean;
  /** The composite that took it in, if any. */
  parent: BuiltScheduler | undefined;
}

/** A value that is not followed any further. */
export function unknownValue(line: number, reason: string, fromOptimizer = false): Value {
  return { type: 'unknown', line, reason, fromOptimizer };
}

/** Whether a value is a scheduler or a list with one in it. */
export function holdsScheduler(value: Value): boolean {
  return value.type === 'scheduler' || (value.type === 'list' && value.items.some(holdsScheduler));
}

/** Prints a value for a message. */
export function describeValue(value: Value): string {
  switch (value.type) {
    case 'number':
      return String(value.value);
    case 'string':
      return JSON.stringify(value.value);
    case 'constant':
      return value.value === null ? 'None' : value.value ? 'True' : 'False';
    case 'list':
      return `[${value.items.map(describeValue).join(', ')}]`;
    case 'function':
      return 'a function';
    case 'scheduler':
      return value.built.type;
    case 'optimizer':
      return 'an optimizer';
    case 'unknown':
      return value.reason;
  }
}
