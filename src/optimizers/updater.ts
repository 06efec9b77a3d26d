import type { Gradients, OptimizerGroup } from './parameter.js';
import type { Progress, Row, Rule } from './rules/rule.js';

/** One update of one parameter, as the optimizer decides it before any tensor is touched. */
export interface Update {
  /** The rule's numbers, with what all rules share in front. */
  readonly row: Row & {
    /** 1 where the parameter has a gradient, 0 where it and its state are left alone. */
    readonly present: number;
    /** The gradient's sign: 1, or −1 to maximize. */
    readonly sign: number;
  };
  /** The state tensors that take part. */
  readonly slots: readonly string[];
}

/** State tensors of one parameter by their names. */
export type SlotValues = Readonly<Partial<Record<string, Float32Array>>>;

/** Where the state tensors live and the rule is applied. */
export interface Updater {
  /** Makes the updates that are present, one for each parameter. */
  step(updates: readonly Update[], gradients: Gradients): void;
  /** The state tensors that `names` lists for each parameter, as they are at the call. */
  read(names: readonly Iterable<string>[]): Promise<SlotValues[]>;
  /** Replaces all state tensors; those that are missing begin anew. */
  write(values: readonly SlotValues[]): void;
  dispose(): void;
}

/** Reckons the next update of a parameter. */
export function updateOf(rule: Rule, group: OptimizerGroup, progress: Progress, isPresent: boolean): Update {
  const row = {
    present: Number(isPresent),
    sign: group.maximize ? -1 : 1,
    ...rule.row(group, progress),
  };
  return { row, slots: rule.slotsOf(group) };
}
