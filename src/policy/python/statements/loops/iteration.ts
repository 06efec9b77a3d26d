/** What a loop goes through, and what that tells about its passes. */
import type { Expression } from '../../../syntax/expression.js';
import type { State } from '../../state/state.js';
import { listOf, rangeLength } from '../../values/lists.js';
import { isUnknown, numberOf } from '../../values/make-values.js';
import type { Value } from '../../values/value.js';

/** The most passes of a loop that are gone through one by one. */
export const mostPasses = 400;

/** What a loop goes through. */
export interface Iteration {
  /** Known items, to be gone through one by one. */
  readonly items?: readonly Value[];
  /** The number that counts the passes, if there is one: alone or first of a pair. */
  readonly counter?: { readonly start: number | undefined; readonly isFirst: boolean };
  readonly passes?: number;
  readonly isRange: boolean;
  readonly text: string;
  readonly item?: Value;
}

/** What a loop goes through, as far as that is known. */
export function iterationOf(state: State, source: Value, iterable: Expression): Iteration {
  const text = state.textOf(iterable);
  if (source.type === 'range') {
    const start = source.step === 1 ? numberOf(source.start) : undefined;
    const length = rangeLength(source);
    const items = length !== undefined && length <= mostPasses ? listOf(source) : undefined;
    return {
      ...(items && { items }),
      counter: { start, isFirst: false },
      ...(length !== undefined && { passes: length }),
      isRange: true,
      text: `${source.text} ${text}`,
    };
  }
  const items = listOf(source);
  const first = state.enumerated.get(source);
  const counter = first === undefined ? undefined : { start: first, isFirst: true };
  if (items) return { items, passes: items.length, isRange: false, text, ...(counter && { counter }) };
  if (isUnknown(source) && source.iterates !== undefined) {
    const [, from, inside] = /^enumerate (\S+) ?(.*)$/s.exec(source.iterates) ?? [];
    const start = from === '?' ? undefined : Number(from);
    return { counter: { start, isFirst: true }, isRange: inside.startsWith('range('), text: inside };
  }
  return { isRange: false, text };
}
