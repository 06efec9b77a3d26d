import { describe, expect, it } from 'vitest';
import {
  between,
  following,
  panned,
  showing,
  spanOf,
  zoomed,
  type ChartWindow,
  type Extent,
} from '../../../../components/internal/plot/chart-window.js';
import { fc } from '../../../property-runs.js';

const extent: Extent = { steps: 1000, newest: 400 };
const whole: ChartWindow = { kind: 'whole' };

describe('the window of a chart', () => {
  it('shows the whole run, or part of it', () => {
    expect(spanOf(whole, extent)).toEqual({ from: 0, to: 1000 });
    expect(spanOf({ kind: 'fixed', from: 100, to: 200 }, extent)).toEqual({ from: 100, to: 200 });
  });

  it('follows the newest step and shows some of the next ones', () => {
    const follow: ChartWindow = { kind: 'follow', span: 100 };
    expect(spanOf(follow, extent)).toEqual({ from: 325, to: 425 });
    expect(spanOf(follow, { ...extent, newest: 10 })).toEqual({ from: 0, to: 100 });
    expect(spanOf(follow, { ...extent, newest: 1000 })).toEqual({ from: 900, to: 1000 });
  });

  it('follows in jumps and stays still in between', () => {
    const follow: ChartWindow = { kind: 'follow', span: 800 };
    const run = { steps: 10_000, newest: 0 };
    const spans = Array.from({ length: 4000 }, (_, index) => ({ ...run, newest: 3000 + index })).map(
      (extent) => ({ ...spanOf(follow, extent), newest: extent.newest }),
    );
    const starts = [...new Set(spans.map(({ from }) => from))];
    expect(starts.slice(1).map((from, index) => from - starts[index])).toEqual(
      Array.from({ length: 40 }, () => 100),
    );
    for (const { from, to, newest } of spans) {
      expect(to - from).toBe(800);
      expect(Math.abs((newest - from) / 800 - 0.75)).toBeLessThanOrEqual(1 / 16);
    }
  });

  it('zooms around a step that keeps its position', () => {
    const near = zoomed(whole, extent, 0.5, 200);
    expect(spanOf(near, extent)).toEqual({ from: 100, to: 600 });
    expect(zoomed(near, extent, 2, 200)).toEqual(whole);
  });

  it('keeps its zoom when it follows', () => {
    const follow = following({ kind: 'fixed', from: 0, to: 50 }, extent);
    expect(follow).toEqual({ kind: 'follow', span: 50 });
    expect(zoomed(follow, extent, 2, 0)).toEqual({ kind: 'follow', span: 100 });
  });

  it('shows the steps over which the pointer is dragged, in either direction', () => {
    expect(spanOf(between(300, 120, extent), extent)).toEqual({ from: 120, to: 300 });
    expect(between(-20, 1200, extent)).toEqual(whole);
  });

  it('moves just far enough to show a step', () => {
    const part: ChartWindow = { kind: 'fixed', from: 100, to: 200 };
    expect(showing(part, extent, 150)).toBe(part);
    expect(spanOf(showing(part, extent, 230), extent)).toEqual({ from: 130, to: 230 });
    expect(spanOf(showing(part, extent, 5), extent)).toEqual({ from: 5, to: 105 });
  });

  it('never leaves the run, for any gestures', () => {
    const act = fc.oneof(
      fc.record({ factor: fc.constantFrom(0.3, 0.5, 2, 7), around: fc.integer({ min: -50, max: 2000 }) }),
      fc.record({ by: fc.integer({ min: -2000, max: 2000 }) }),
      fc.record({ follow: fc.constant(true) }),
      fc.record({ one: fc.integer({ min: -50, max: 2000 }), other: fc.integer({ min: -50, max: 2000 }) }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1500 }), fc.array(act), fc.nat(1500), (steps, acts, newest) => {
        const run = { steps, newest: Math.min(newest, steps) };
        let window = whole as ChartWindow;
        for (const given of acts) {
          if ('factor' in given) window = zoomed(window, run, given.factor, given.around);
          else if ('by' in given) window = panned(window, run, given.by);
          else if ('follow' in given) window = following(window, run);
          else window = between(given.one, given.other, run);
          const { from, to } = spanOf(window, run);
          expect([from, to].every(Number.isInteger)).toBe(true);
          expect(from).toBeGreaterThanOrEqual(0);
          expect(to).toBeLessThanOrEqual(steps);
          expect(to - from).toBeGreaterThanOrEqual(Math.min(10, steps));
        }
      }),
    );
  });
});
