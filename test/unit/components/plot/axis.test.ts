import { describe, expect, it } from 'vitest';
import {
  linearBounds,
  linearTicks,
  logBounds,
  logTicks,
  lowShare,
  roundDown,
  roundUp,
} from '../../../../components/internal/plot/axes/axis-range.js';
import { SpanAxis } from '../../../../components/internal/plot/axes/span-axis.js';
import { VerticalAxis } from '../../../../components/internal/plot/axes/vertical-axis.js';
import { fc } from '../../../property-runs.js';

const positive = fc.double({ min: 1e-30, max: 1e30, noNaN: true });

describe('round numbers', () => {
  it('enclose every positive value within a factor of two and a half', () => {
    fc.assert(
      fc.property(positive, (value) => {
        expect(roundDown(value)).toBeLessThanOrEqual(value);
        expect(roundUp(value)).toBeGreaterThanOrEqual(value);
        expect(roundUp(value) / roundDown(value)).toBeLessThan(2.6);
      }),
    );
  });

  it('are one, two or five times a power of ten and print as such', () => {
    expect([0.07, 0.1, 3e-5, 2e-9, 480].map(roundDown)).toEqual([0.05, 0.1, 2e-5, 2e-9, 200]);
    expect([0.07, 0.1, 3e-5, 6e-24, 480].map(roundUp)).toEqual([0.1, 0.1, 5e-5, 1e-23, 500]);
  });
});

describe('a logarithmic axis', () => {
  it('encloses the values and spans at least a factor of ten', () => {
    fc.assert(
      fc.property(positive, positive, (a, b) => {
        const [low, high] = logBounds(a, b);
        expect(low).toBeLessThanOrEqual(Math.min(a, b));
        expect(high).toBeGreaterThanOrEqual(Math.max(a, b));
        expect(high / low).toBeGreaterThan(9.9);
      }),
    );
  });

  it('puts a constant rate in the middle', () => {
    const [low, high] = logBounds(0.1, 0.1);
    expect(low).toBeLessThan(0.1);
    expect(high).toBeGreaterThan(0.1);
  });

  it('labels 1, 2 and 5 if they fit, otherwise powers of ten', () => {
    expect(logTicks([0.1, 5], 9)).toEqual([0.1, 0.2, 0.5, 1, 2, 5]);
    expect(logTicks([1e-5, 0.1], 6)).toEqual([1e-5, 1e-4, 1e-3, 0.01, 0.1]);
    expect(logTicks([1e-8, 1], 3)).toEqual([1e-6, 1e-3, 1]);
  });

  it('labels at least two values, even in a low chart of less than two powers of ten', () => {
    expect(logTicks([0.02, 0.2], 3)).toEqual([0.02, 0.1, 0.2]);
    expect(logTicks([0.02, 0.2], 2)).toEqual([0.02, 0.2]);
  });

  it('labels few values, all of them within its bounds', () => {
    fc.assert(
      fc.property(positive, positive, fc.integer({ min: 2, max: 12 }), (a, b, room) => {
        const bounds = logBounds(a, b);
        const ticks = logTicks(bounds, room);
        expect(ticks.length).toBeLessThanOrEqual(room);
        expect(ticks.every((tick) => tick >= bounds[0] * 0.99 && tick <= bounds[1] * 1.01)).toBe(true);
      }),
    );
  });
});

describe('a linear axis', () => {
  it('starts at zero and ends just above the highest value', () => {
    expect(linearBounds(2.31)).toEqual([0, 2.5]);
    expect(linearBounds(0)).toEqual([0, 1]);
    expect(linearBounds(Infinity)).toEqual([0, 1]);
  });

  it('labels as many round values as fit', () => {
    expect(linearTicks([0, 1620], 10)).toEqual([0, 200, 400, 600, 800, 1000, 1200, 1400, 1600]);
    expect(linearTicks([0, 1], 6)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(linearTicks([0, 0.3], 4)).toEqual([0, 0.1, 0.2, 0.3]);
  });

  it('labels only whole steps, however short the run', () => {
    expect(linearTicks([0, 3], 12, true)).toEqual([0, 1, 2, 3]);
    expect(linearTicks([0, 1], 12, true)).toEqual([0, 1]);
  });
});

describe('the value below which a share of all values lies', () => {
  it('is the smallest positive value for a share of zero', () => {
    expect(lowShare([3, 0, 1, -2, NaN], 0)).toBe(1);
  });

  it('skips the few smallest values', () => {
    expect(lowShare([1e-9, ...Array.from({ length: 99 }, () => 1)], 0.02)).toBe(1);
  });

  it('is undefined if no value is positive', () => {
    expect(lowShare([0, -1, NaN], 0.02)).toBeUndefined();
  });
});

describe('the left axis of a chart', () => {
  const cosine = Array.from({ length: 1000 }, (_, step) => 0.05 * (1 + Math.cos((Math.PI * step) / 999)));
  const label = (axis: VerticalAxis, tick: number): string => axis.label(tick, String);

  it('does not let the last steps of a cosine dominate a logarithmic axis', () => {
    const axis = new VerticalAxis([1e-4, 1], 0.02);
    const [low, high] = axis.fit([cosine], Math.min(...cosine), 0.1);
    expect(low).toBeGreaterThanOrEqual(1e-5);
    expect(high).toBe(0.1);
  });

  it('draws a rate of zero along its lower edge, whose label then says ≤', () => {
    const axis = new VerticalAxis([1e-4, 1], 0.02);
    const rates = [0.1, 0, 0.01].flatMap((rate) => Array.from({ length: 50 }, () => rate));
    const [low] = axis.fit([rates], 0, 0.1);
    expect(low).toBeLessThan(0.01);
    expect(axis.forward(0)).toBe(Math.log10(low));
    expect(label(axis, axis.ticks(200)[0])).toBe(`≤ ${low}`);
  });

  it('shows every value of the lines that decide, and lets others fall below it', () => {
    const axis = new VerticalAxis([0.1, 5], 0);
    const [low] = axis.fit([[2, 1, 0.4]], 0.001, 2);
    expect(low).toBeLessThan(0.4);
    expect(low).toBeGreaterThan(0.001);
    expect(label(axis, axis.ticks(200)[0])).toBe(`≤ ${low}`);
  });

  it('does not say ≤ when every value fits', () => {
    const axis = new VerticalAxis([0.1, 5], 0);
    const [low] = axis.fit([[2, 1, 0.5]], 0.3, 2);
    expect(low).toBeLessThanOrEqual(0.3);
    expect(label(axis, axis.ticks(200)[0])).not.toContain('≤');
  });

  it('labels its edge without ≤ when no value is below it', () => {
    const axis = new VerticalAxis([1e-4, 1], 0.02);
    axis.fit([[0.1, 0.01]], 0.01, 0.1);
    expect(axis.ticks(200).map((tick) => label(axis, tick))).not.toContainEqual(expect.stringContaining('≤'));
  });

  it.each(['log', 'linear'] as const)(
    'does not let a diverging loss dominate a %s axis, whose label then says ≥',
    (kind) => {
      const axis = new VerticalAxis([0.1, 5], 0);
      axis.kind = kind;
      const [, top] = axis.fit([[2.3, 1, 1e9]], 0.8, 1e12, 23);
      expect(top).toBe({ log: 50, linear: 24 }[kind]);
      expect(axis.forward(1e12)).toBe(axis.forward(top));
      expect(axis.holds(0.8, 1e20, 0.8)).toBe(true);
      expect(label(axis, axis.ticks(200).at(-1)!)).toBe(`≥ ${top}`);
      axis.fit([[2.3, 1]], 0.8, 22, 23);
      expect(axis.ticks(200).map((tick) => label(axis, tick))).not.toContainEqual(
        expect.stringContaining('≥'),
      );
    },
  );

  it('works when every rate is zero, or there is no rate', () => {
    const axis = new VerticalAxis([1e-4, 1], 0.02);
    expect(axis.fit([[0, 0]], 0, 0)).toEqual([1e-4, 1]);
    expect(axis.fit([], null, null)).toEqual([1e-4, 1]);
    axis.kind = 'linear';
    expect(axis.fit([], null, null)).toEqual([0, 1]);
    expect(axis.fit([[0, 0]], 0, 0)).toEqual([0, 1]);
  });

  it('has room for the values between its bounds, and for none before it is fitted', () => {
    const axis = new VerticalAxis([0.1, 5], 0);
    axis.fit([], null, null);
    expect([axis.holds(0.3, 1, 0.3), axis.holds(Infinity, -Infinity, Infinity)]).toEqual([false, true]);
    const [low, high] = axis.fit([[2, 1, 0.4]], 0.4, 2);
    expect([
      axis.holds(low, high, low),
      axis.holds(low, high * 1.01, low),
      axis.holds(low * 0.99, high, low),
    ]).toEqual([true, false, false]);
    axis.fit([[2, 1, 0.4]], 0.001, 2);
    expect([axis.holds(0.001, 2, 0.5), axis.holds(0.0009, 2, 0.5)]).toEqual([true, false]);
    axis.fit([[0, 0]], 0, 0);
    expect([axis.holds(0, 0, Infinity), axis.holds(0, 0.3, 0.3)]).toEqual([true, false]);
  });

  describe('of a loss that falls', () => {
    const fitted = (lines: readonly number[], noisy: readonly number[], axis = steady()) =>
      axis.fit([lines], Math.min(...lines, ...noisy), Math.max(...lines, ...noisy), undefined, 1000, [noisy]);
    const steady = () => {
      const axis = new VerticalAxis([0.1, 5], 0, { isSteady: true });
      axis.fit([], null, null);
      return axis;
    };
    const most = Array.from({ length: 40 }, () => 0.3);

    it('has no room for a deciding line below its end, even where a noisy line has been already', () => {
      const axis = steady();
      expect(fitted([2.3, 0.15], [2.3, ...most, 0.01], axis)).toEqual([0.1, 5]);
      expect([axis.holds(0.02, 1, 0.15), axis.holds(0.06, 1, 0.06)]).toEqual([true, false]);
      expect(fitted([2.3, 0.15, 0.06], [2.3, ...most, 0.01], axis)).toEqual([0.02, 5]);
    });

    it('shows most values of a noisy line, and lets single ones lie under it', () => {
      expect(fitted([2.3, 0.12], [2.3, ...most, 0.05, 0.05, 0.05, 0.01])).toEqual([0.02, 5]);
      expect(fitted([2.3, 0.12], [2.3, ...most, 0.01])).toEqual([0.1, 5]);
    });

    it('moves in few large steps', () => {
      const axis = steady();
      const losses: number[] = [];
      const noisy: number[] = [];
      const ends = new Set<number>();
      for (let step = 0; step < 1000; step += 1) {
        losses.push(2.3 * Math.exp(-step / 150));
        noisy.push(losses[step] * (step % 7 === 0 ? 0.2 : 1.1));
        ends.add(fitted(losses, noisy, axis)[0]);
      }
      expect([...ends].toSorted((one, other) => other - one)).toEqual([...ends]);
      expect(ends.size).toBeLessThan(7);
      expect(axis.forward(losses[999])).toBe(Math.log10(losses[999]));
    });
  });

  it('has each value as its position on a linear axis', () => {
    const axis = new VerticalAxis([0.1, 5], 0);
    axis.kind = 'linear';
    expect(axis.fit([[1, 2]], 1, 2)).toEqual([0, 2.1]);
    expect(axis.forward(1.5)).toBe(1.5);
    expect(axis.backward(1.5)).toBe(1.5);
  });

  it('converts a position back to its value on a logarithmic axis', () => {
    const axis = new VerticalAxis([0.1, 5], 0);
    axis.fit([[0.1, 2]], 0.1, 2);
    expect(axis.backward(axis.forward(0.37))).toBeCloseTo(0.37, 12);
  });
});

describe('the axis of a strip', () => {
  it('has room for the values between its labels', () => {
    const axis = new SpanAxis();
    axis.fit([], null, null);
    expect(axis.holds(0.5, 0.5)).toBe(false);
    axis.fit([], 0.85, 0.95);
    expect([axis.holds(0.85, 0.95), axis.holds(0.84, 0.9), axis.holds(0.9, 0.96)]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
