import type { Gradients, OptimizerGroup } from './parameter.js';
import type { Coefficients, Progress, Rule } from './rules/rule.js';

/** One update of one parameter, decided before any tensor changes. */
export interface ParameterUpdate {
  /** The rule's coefficients, after those that all rules share. */
  readonly coefficients: Coefficients & {
    /** 1 if the parameter has a gradient; 0 leaves it and its state unchanged. */
    readonly present: number;
    /** The gradient's sign: 1, or −1 to maximize. */
    readonly sign: number;
  };
  /** The state tensors that the update uses. */
  readonly slots: readonly string[];
}

/** State tensors of one parameter by their names. */
export type SlotValues = Readonly<Partial<Record<string, Float32Array>>>;

/** Keeps the state tensors of an optimizer and applies its rule to the parameters. */
export interface ParameterUpdater {
  /** Applies one update to each parameter that is present. */
  step(updates: readonly ParameterUpdate[], gradients: Gradients): void;
  /** The state tensors that `names` lists for each parameter, as they are at the call. */
  read(names: readonly Iterable<string>[]): Promise<SlotValues[]>;
  /** Replaces all state tensors; missing ones return to their initial value. */
  write(values: readonly SlotValues[]): void;
  dispose(): void;
}

/** The next update of a parameter. */
export function updateOf(
  rule: Rule,
  group: OptimizerGroup,
  progress: Progress,
  isPresent: boolean,
): ParameterUpdate {
  const coefficients = {
    present: Number(isPresent),
    sign: group.maximize ? -1 : 1,
    ...rule.coefficientsOf(group, progress),
  };
  return { coefficients, slots: rule.slotsOf(group) };
}
