/** The one loss that words and tables name: the mean of the latest batches, as one batch alone means little. */

/** The number of batches in a mean loss. */
export const meanOver = 20;

/** The mean loss of the batches before a step; `undefined` before there is one. */
export function meanLoss(loss: Float32Array, step: number, over = meanOver): number | undefined {
  const recent = loss.subarray(Math.max(0, step - over), step);
  return recent.length === 0 ? undefined : recent.reduce((sum, value) => sum + value, 0) / recent.length;
}
