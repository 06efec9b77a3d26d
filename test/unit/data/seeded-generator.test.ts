import { describe, expect, it } from 'vitest';
import { seededGenerator } from '../../../src/data/seeded-generator.js';

const bits = (...keys: number[]) => {
  const generator = seededGenerator(...keys);
  return Array.from({ length: 8 }, () => generator.next());
};
const ones = (word: number) => {
  let count = 0;
  for (let rest = word >>> 0; rest > 0; rest >>>= 1) count += rest & 1;
  return count;
};

describe('seededGenerator', () => {
  it('repeats itself for the same keys', () => {
    expect(bits(1, 2, 3)).toEqual(bits(1, 2, 3));
  });

  it('differs for keys that differ in order, number or sign, or beyond 32 bits', () => {
    const first = [bits(1, 2), bits(2, 1), bits(1, 2, 0), bits(12), bits(-1), bits(1), bits(1 + 2 ** 32)];
    expect(new Set(first.map((words) => words.join())).size).toBe(first.length);
  });

  it('flips about half of its first bits from one seed to the next', () => {
    let flipped = 0;
    for (let seed = 0; seed < 500; seed++) {
      const next = bits(seed + 1);
      flipped += bits(seed).reduce((sum, word, index) => sum + ones(word ^ next[index]), 0);
    }
    expect(flipped / (500 * 8 * 32)).toBeCloseTo(0.5, 2);
  });
});
