/** `sum` of numbers that depend on the argument of a function. */
import { nodeOf } from '../../values/formula-arithmetic.js';
import type { Value } from '../../values/value.js';

/** The sum of numbers of which some depend on the argument. */
export function sumOf(items: readonly Value[]): Value | undefined {
  const nodes = items.map(nodeOf);
  if (nodes.includes(undefined) || nodes.length === 0) return undefined;
  const known = nodes.flatMap((node) => node ?? []);
  const [first, ...rest] = known;
  return {
    type: 'formula',
    node: rest.reduce((left, right) => ({ type: 'binary', operator: '+', left, right }), first),
  };
}
