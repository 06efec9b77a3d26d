/**
 * Moves labels of one height apart, as little as possible, within a range. Labels that find no room share what there
 * is evenly.
 *
 * @param tops the wanted positions
 * @returns the positions, in the order of `tops`
 */
export function spreadLabels(
  tops: readonly number[],
  height: number,
  [from, to]: readonly [from: number, to: number],
): number[] {
  if (tops.length === 0) return [];
  const space = tops.length > 1 ? Math.min(height, (to - from - height) / (tops.length - 1)) : height;
  const order = tops.map((_, index) => index).sort((one, other) => tops[one] - tops[other] || one - other);
  const placed = tops.map((top) => Math.min(Math.max(top, from), to - height));
  let least = from;
  for (const index of order) {
    placed[index] = Math.max(placed[index], least);
    least = placed[index] + space;
  }
  let most = to - height;
  for (const index of order.reverse()) {
    placed[index] = Math.min(placed[index], most);
    most = placed[index] - space;
  }
  return placed;
}
