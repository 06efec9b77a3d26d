import { describe, expect, it } from 'vitest';
import { curvePath } from '../../../../components/internal/plot/lines/curve-path.js';

describe('the path of a curve', () => {
  it('puts the highest value at the top and the lowest at the bottom', () => {
    expect(curvePath([1, 0.5, 0], 100, 40)).toBe('M0 0L50 20L100 40');
  });

  it('runs through the middle when nothing changes', () => {
    expect(curvePath([0.1, 0.1], 100, 40)).toBe('M0 20L100 20');
    expect(curvePath([0.1], 100, 40)).toBe('M0 20L100 20');
  });

  it('has gaps where a value is not finite, and is empty without a finite value', () => {
    expect(curvePath([1, NaN, 0, 1], 30, 10)).toBe('M0 0M20 10L30 0');
    expect(curvePath([NaN, Infinity], 30, 10)).toBe('');
    expect(curvePath([], 30, 10)).toBe('');
  });

  it('keeps a single spike among very many values', () => {
    const values = new Float64Array(100_000).fill(1);
    values[54_321] = 7;
    const path = curvePath(values, 320, 56);
    expect(path).toMatch(/L17[34]\.\d+ 0L/);
    expect(path.split('L').length).toBeLessThanOrEqual(2 * 320);
  });
});
