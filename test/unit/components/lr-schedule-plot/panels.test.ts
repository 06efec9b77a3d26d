import { describe, expect, it } from 'vitest';
import { createColumnGrid } from '../../../../components/internal/plot/lines/column-grid.js';
import { SpanAxis } from '../../../../components/internal/plot/axes/span-axis.js';
import type { PlotSettings } from '../../../../components/internal/policy/plot-settings.js';
import { curveOf } from '../../../../components/internal/policy/schedule-curve.js';
import { slotsOf, stripsOf } from '../../../../components/lr-schedule-plot/schedule-panels.js';

const settings: PlotSettings = { lr: 0.1, steps: 20, stepsPerEpoch: 1, scale: 'linear', metric: undefined };

describe('the line of a schedule', () => {
  it('has a value for every update, and keeps the last one to the end', () => {
    expect(slotsOf(Float64Array.of(3, 2, 1), createColumnGrid(3, 100))).toEqual([3, 2, 1, 1]);
  });

  it('ends where its values end', () => {
    expect(slotsOf(Float64Array.of(3, 2, NaN), createColumnGrid(3, 100))).toEqual([3, 2, null, null]);
  });

  it('of 100,000 updates keeps its single spike in as many slots as there are pixels', () => {
    const values = new Float64Array(100_000).fill(0.1);
    values[54_321] = 0.7;
    const slots = slotsOf(values, createColumnGrid(100_000, 300));
    expect(slots.length).toBeLessThanOrEqual(600);
    expect(slots.filter((value) => value === 0.7)).toHaveLength(1);
  });
});

describe('the strips under a schedule', () => {
  const strips = (policy: string, metric?: Float64Array) =>
    stripsOf({ curves: [curveOf(policy, null, settings)], metric });

  it('are absent when only the learning rate changes', () => {
    expect(strips('cosine')).toEqual([]);
  });

  it('show the momentum if it is cycled, and a made-up metric', () => {
    expect(strips('one-cycle')).toEqual(['momentum']);
    expect(strips('triangular', new Float64Array(20))).toEqual(['momentum', 'metric']);
    expect(strips('plateau', new Float64Array(20))).toEqual(['metric']);
  });
});

describe('the axis of a strip', () => {
  it('reaches from the lowest value to the highest and labels both', () => {
    const axis = new SpanAxis();
    const [low, high] = axis.fit([], 0.85, 0.95);
    expect(low).toBeLessThan(0.85);
    expect(high).toBeGreaterThan(0.95);
    expect(axis.ticks(38)).toEqual([0.85, 0.95]);
    expect(axis.label(0.85, String)).toBe('0.85');
  });

  it('labels one value without space for two, or if there is only one', () => {
    const axis = new SpanAxis();
    axis.fit([], 0.85, 0.95);
    expect(axis.ticks(20)).toEqual([0.95]);
    const [low, high] = axis.fit([], 1, 1);
    expect(low).toBeLessThan(1);
    expect(high).toBeGreaterThan(1);
    expect(axis.ticks(38)).toEqual([1]);
  });

  it('has bounds without values', () => {
    const [low, high] = new SpanAxis().fit([], null, null);
    expect(high).toBeGreaterThan(low);
  });
});
