/** The row of the last step that is not after `step`, or -1 if all rows are after it; steps ascend. */
export function rowAtStep(steps: ArrayLike<number>, length: number, step: number): number {
  if (length === 0 || step < steps[0]) return -1;
  // Rows are almost always one step apart, so the first guess is usually right.
  const guess = step - steps[0];
  if (guess < length && steps[guess] === step) return guess;
  let low = 0;
  let high = length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (steps[middle] <= step) low = middle;
    else high = middle - 1;
  }
  return low;
}
