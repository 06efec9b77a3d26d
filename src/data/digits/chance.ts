import { uniformFloat32 } from 'pure-rand/distribution/uniformFloat32';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/**
 * A bell-shaped random number of mean 0 and standard deviation 1, between −3.5 and 3.5: the sum of four uniform ones.
 * Unlike the logarithm and cosine of the Box–Muller method, it is equal to the last bit in every browser.
 */
export function bellShaped(generator: RandomGenerator): number {
  const sum =
    uniformFloat32(generator) +
    uniformFloat32(generator) +
    uniformFloat32(generator) +
    uniformFloat32(generator);
  return (sum - 2) * Math.sqrt(3);
}
