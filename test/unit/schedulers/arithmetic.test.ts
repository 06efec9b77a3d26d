import { describe, expect, it } from 'vitest';
import { bisectRight, floorDivide, modulo } from '../../../src/schedulers/arithmetic.js';
import { fc } from '../../property-runs.js';

describe("Python's arithmetic", () => {
  it.each([
    [7, 3, 2, 1],
    [-7, 3, -3, 2],
    [7, -3, -3, -2],
    [-7, -3, 2, -1],
    [6, 3, 2, 0],
  ])('divides %d by %d into %d and a remainder of %d', (dividend, divisor, quotient, remainder) => {
    expect(floorDivide(dividend, divisor)).toBe(quotient);
    expect(modulo(dividend, divisor)).toBe(remainder);
  });

  it('bisects a sorted list after all values that are not greater', () => {
    const list = fc.array(fc.integer({ min: -5, max: 5 })).map((values) => values.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(list, fc.integer({ min: -6, max: 6 }), (sorted, value) => {
        expect(bisectRight(sorted, value)).toBe(sorted.filter((item) => item <= value).length);
      }),
    );
  });
});
