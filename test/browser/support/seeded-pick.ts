/** Places that vary from soak to soak and can be repeated: the seed is in the title of every test that uses them. */

/** Whether this is the long run. */
export const isSoak = process.env.LR_LAB_SOAK === '1';

/** The environment variable LR_LAB_SEED sets another. */
export const seed = Number(process.env.LR_LAB_SEED ?? 1);

/** A whole number from 0 to `below`, which the seed and the round decide (splitmix32). */
export function pick(round: number, below: number): number {
  let state = (Math.imul(seed, 0x9e3779b9) + Math.imul(round + 1, 0x85ebca6b)) >>> 0;
  state = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
  state = Math.imul(state ^ (state >>> 15), 0x735a2d97);
  return Math.floor((((state ^ (state >>> 15)) >>> 0) / 2 ** 32) * below);
}
