import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { InputError } from '../errors.js';

/** The purpose of a generator: streams for different purposes never coincide, for any other keys. */
export const streams = { batchOrder: 1, trainingDigit: 2, validationDigit: 3 } as const;

/**
 * A separate random generator for each list of whole-number keys, such as (seed, stream, index): any image or epoch can
 * be made alone, without those before it.
 *
 * pure-rand's own seeding takes 32 bits and leaves generators of neighbouring seeds alike in their first numbers, so the
 * keys are first spread over the whole 128-bit state.
 *
 * @throws InputError `invalid-seed` if a key is not a safe whole number.
 */
export function seededGenerator(...keys: number[]): RandomGenerator {
  const state = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344] as [number, number, number, number];
  for (const key of keys) {
    if (!Number.isSafeInteger(key)) {
      throw new InputError({
        code: 'invalid-seed',
        message: `The seed ${key} is not a whole number of at most 53 bits.`,
        received: String(key),
        accepted: 'a whole number',
      });
    }
    absorb(state, key | 0);
    absorb(state, Math.floor(key / 2 ** 32) | 0);
  }
  absorb(state, keys.length);
  return xoroshiro128plusFromState(state);
}

/** Mixes each word with the new one and its left neighbour: after four words every bit depends on all others. */
function absorb(state: [number, number, number, number], word: number): void {
  state[0] = scramble(state[0] ^ word ^ state[3]);
  state[1] = scramble((state[1] ^ state[0]) + 0x9e3779b9);
  state[2] = scramble((state[2] ^ state[1]) + 0x7f4a7c15);
  state[3] = scramble((state[3] ^ state[2]) + 0x6a09e667);
}

/** A bijection of 32 bits in which every input bit flips each output bit about half the time. */
function scramble(word: number): number {
  let mixed = word | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
