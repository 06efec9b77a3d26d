/** At most `most` indices spread evenly over `0 … length - 1`, including the first and the last. */
export function spreadIndices(length: number, most: number): number[] {
  if (length <= most) return Array.from({ length }, (_, index) => index);
  if (most <= 1) return [length - 1];
  return Array.from({ length: most }, (_, index) => Math.round((index * (length - 1)) / (most - 1)));
}
