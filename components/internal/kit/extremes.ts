/**
 * The lowest and the highest value, ignoring NaN; `[Infinity, -Infinity]` for an empty list. `Math.min(...values)`
 * overflows the stack from about 120,000 values on.
 */
export function extremesOf(values: Iterable<number>): [lowest: number, highest: number] {
  let lowest = Infinity;
  let highest = -Infinity;
  for (const value of values) {
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  return [lowest, highest];
}
