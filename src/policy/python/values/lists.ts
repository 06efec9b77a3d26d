/** The items of lists, ranges, slices and the keys of dictionaries that are known. */
import { booleanValue, entriesOf, itemsOf, none, numberOf, numberValue, stringValue } from './make-values.js';
import type { Key, RangeValue, Value } from './value.js';

/** The longest list that is made. */
export const longestList = 20_000;

/** A value as the key of a dictionary. */
export function keyValue(value: Value): Key | undefined {
  if (value.type === 'string' || value.type === 'number' || value.type === 'boolean') return value.value;
  return value.type === 'none' ? null : undefined;
}

/** The key of a dictionary as a value. */
function valueOfKey(key: Key): Value {
  if (typeof key === 'string') return stringValue(key);
  if (typeof key === 'number') return numberValue(key);
  return key === null ? none : booleanValue(key);
}

/** The numbers of a range; undefined where they are not known or too many. */
export function rangeItems({ start, stop, step }: RangeValue): Value[] | undefined {
  const count = rangeLength({ start, stop, step });
  const first = numberOf(start);
  if (count === undefined || first === undefined || step === undefined || count > longestList)
    return undefined;
  return Array.from({ length: count }, (_, index) => numberValue(first + index * step));
}

/** How many numbers a range has. */
export function rangeLength({
  start,
  stop,
  step,
}: Pick<RangeValue, 'start' | 'stop' | 'step'>): number | undefined {
  const first = numberOf(start);
  const end = numberOf(stop);
  if (first === undefined || end === undefined || step === undefined || step === 0) return undefined;
  return Math.max(0, Math.ceil((end - first) / step));
}

/** The items of anything that can be gone through and is known. */
export function listOf(value: Value): readonly Value[] | undefined {
  if (value.type === 'range') return rangeItems(value);
  const entries = entriesOf(value);
  if (entries) return Array.from(entries.keys(), valueOfKey);
  if (value.type === 'string') return Array.from(value.value, stringValue);
  return itemsOf(value);
}

/** The items of a slice of a list. */
export function sliceOf(
  items: readonly Value[],
  bounds: readonly (Value | undefined)[],
): Value[] | undefined {
  const numbers = bounds.map((bound) =>
    bound === undefined || bound.type === 'none' ? null : numberOf(bound),
  );
  if (numbers.includes(undefined)) return undefined;
  const [start = null, stop = null, step = null] = numbers as (number | null)[];
  if (step === null || step === 1) return items.slice(start ?? 0, stop ?? items.length);
  if (step === -1 && start === null && stop === null) return [...items].reverse();
  if (step < 1) return undefined;
  return items.slice(start ?? 0, stop ?? items.length).filter((_, index) => index % step === 0);
}
