/** The optimizer of a program, as options in camelCase. */
import { toCamelCase } from '../../closest-word.js';
import { itemsOf } from '../python/values/make-values.js';
import type { OptimizerValue, Value } from '../python/values/value.js';

/** An option of an optimizer. */
export type OptimizerOption = number | boolean | readonly number[];

/** An optimizer that code builds: what of it is known. */
export interface PyTorchOptimizer {
  /** PyTorch's class name; undefined where the code does not build the optimizer itself. */
  readonly type: string;
  readonly lr?: number;
  /** What sets each param group apart, where the code makes several. */
  readonly groups?: readonly Readonly<Record<string, OptimizerOption>>[];
  readonly [option: string]:
    OptimizerOption | string | undefined | readonly Readonly<Record<string, OptimizerOption>>[];
}

/** The options of PyTorch that say how it computes, not what. */
const technical = new Set([
  'params',
  'foreach',
  'fused',
  'capturable',
  'differentiable',
  'maximize',
  'decoupledWeightDecay',
]);

/** What is known of an optimizer; undefined where its class is not. */
export function readOptimizer({
  class: type,
  options,
  groups,
}: OptimizerValue): PyTorchOptimizer | undefined {
  if (type === undefined) return undefined;
  const own = optionsOf(options);
  const others = groups?.map((group) => optionsOf(group));
  return { type, ...own, ...(others && others.length > 1 && { groups: others }) };
}

function optionsOf(options: ReadonlyMap<string, Value>): Record<string, OptimizerOption> {
  return Object.fromEntries(
    Array.from(options).flatMap(([python, value]): [string, OptimizerOption][] => {
      const name = toCamelCase(python);
      const option = technical.has(name) ? undefined : optionOf(value);
      return option === undefined ? [] : [[name, option]];
    }),
  );
}

function optionOf(value: Value): OptimizerOption | undefined {
  if (value.type === 'number' || value.type === 'boolean') return value.value;
  const items = itemsOf(value);
  const numbers = items?.flatMap((item) => (item.type === 'number' ? [item.value] : []));
  return numbers && numbers.length === items?.length && numbers.length > 0 ? numbers : undefined;
}
