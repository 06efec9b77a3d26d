import { describe, expect, it } from 'vitest';
import { plotFrame, rangePlot } from '../../../../components/lr-range-dialog/range-plot.js';

const test = (loss: number[], lr = loss.map((_, index) => 10 ** (index - 4))) => ({
  lr: Float64Array.from(lr),
  loss: Float32Array.from(loss),
  smoothed: Float32Array.from(loss),
  diverged: false,
  divergesFrom: undefined,
  suggestions: { steepest: undefined, tenthOfDivergence: undefined },
});

describe('the plot of a range test', () => {
  const { left, right, width, height, top, bottom } = plotFrame;

  it('is logarithmic from its first rate to its last, with a line at each decade', () => {
    const { x, rateTicks } = rangePlot(test([2, 2, 1.5, 1, 3]));
    expect(x(1e-4)).toBeCloseTo(left);
    expect(x(1)).toBeCloseTo(width - right);
    expect(x(1e-2)).toBeCloseTo((left + width - right) / 2);
    expect(rateTicks.map(({ value }) => value)).toEqual([1e-4, 1e-3, 1e-2, 1e-1, 1]);
  });

  it('stays in its frame, however high the loss', () => {
    const { smoothed } = rangePlot(test([2, 1, 0.5, 1e30, Infinity, NaN]));
    const numbers = smoothed.match(/-?\d+(\.\d+)?/g)!.map(Number);
    expect(numbers.every(Number.isFinite)).toBe(true);
    for (let index = 1; index < numbers.length; index += 2) {
      expect(numbers[index]).toBeGreaterThanOrEqual(top);
      expect(numbers[index]).toBeLessThanOrEqual(height - bottom);
    }
  });

  it('shows the whole rise of a trained run, which begins far below a guess', () => {
    const { yAt } = rangePlot(test([0.05, 0.04, 0.05, 0.9, 2.3]));
    expect(yAt(1e-1)).toBeGreaterThan(yAt(1));
    expect(yAt(1)).toBeCloseTo(top);
  });

  it('marks a suggestion on its curve', () => {
    const { yAt, smoothed } = rangePlot(test([2, 2, 1, 3]));
    const lowest = Math.max(
      ...smoothed.match(/[ML][\d.]+ ([\d.]+)/g)!.map((point) => Number(point.split(' ')[1])),
    );
    expect(yAt(1e-2)).toBeCloseTo(lowest, 0);
  });
});
