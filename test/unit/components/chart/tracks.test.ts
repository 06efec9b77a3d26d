import { describe, expect, it } from 'vitest';
import { createColumnGrid } from '../../../../components/internal/plot/lines/column-grid.js';
import { formatLoss } from '../../../../components/internal/kit/format.js';
import { Smoother } from '../../../../components/internal/chart/smoothing.js';
import {
  evaluationAt,
  LossTrack,
  type LossHistory,
} from '../../../../components/lr-loss-chart/loss-track.js';
import {
  draftSlots,
  previewSlots,
  RateTrack,
  type RateHistory,
} from '../../../../components/lr-rate-chart/rate-track.js';
import { History, type Evaluation } from '../../../../src/lab/index.js';
import { fc } from '../../../property-runs.js';

const grid = createColumnGrid(10, 100);

function losses(values: number[], evaluations: Evaluation[] = []): LossHistory {
  return History.from({ loss: Float32Array.from(values), lr: [], evaluations });
}

function rates(...groups: number[][]): RateHistory {
  const lr = groups.map((group) => Float64Array.from(group));
  return History.from({ loss: new Float32Array(groups[0].length), lr, evaluations: [] });
}

describe('the smoother', () => {
  it('returns a constant from its first value on', () => {
    const smoother = new Smoother(0.9);
    for (let step = 0; step < 20; step++) expect(smoother.next(3)).toBeCloseTo(3, 12);
  });

  it('is the mean of the past, weighted by the powers of its weight', () => {
    const smoother = new Smoother(0.5);
    smoother.next(1);
    smoother.next(2);
    expect(smoother.next(4)).toBeCloseTo((0.25 * 1 + 0.5 * 2 + 1 * 4) / 1.75, 12);
  });

  it('changes nothing at weight zero', () => {
    const smoother = new Smoother(0);
    expect([5, 1, 7].map((value) => smoother.next(value))).toEqual([5, 1, 7]);
  });

  it('skips a value that is not a number and continues after it', () => {
    const smoother = new Smoother(0.5);
    smoother.next(2);
    expect(smoother.next(NaN)).toBeNaN();
    expect(smoother.next(Infinity)).toBeNaN();
    expect(smoother.next(2)).toBeCloseTo(2, 12);
  });
});

describe('the losses of a run', () => {
  it('are the same whether they arrive together or one by one', () => {
    const values = Array.from({ length: 11 }, (_, step) => 2 / (step + 1));
    const [atOnce, oneByOne] = [new LossTrack(), new LossTrack()];
    atOnce.update(losses(values), grid, 0.9);
    for (let length = 1; length <= values.length; length++) {
      oneByOne.update(losses(values.slice(0, length)), grid, 0.9);
    }
    expect(oneByOne.lines).toEqual(atOnce.lines);
  });

  it('are smoothed again when the weight changes', () => {
    const track = new LossTrack();
    track.update(losses([1, 2, 3]), grid, 0.9);
    track.update(losses([1, 2, 3]), grid, 0);
    expect(track.lines[1].slice(0, 3)).toEqual([1, 2, 3]);
    expect(track.smoothedAt(1)).toBe(2);
    expect(track.smoothedAt(3)).toBeNaN();
  });

  it('start over when the history does', () => {
    const track = new LossTrack();
    track.update(losses([1, 2, 3]), grid, 0);
    track.update(losses([9]), grid, 0);
    expect(track.lines[0].slice(0, 3)).toEqual([9, undefined, undefined]);
  });

  it('report the step since which they are not finite', () => {
    const track = new LossTrack();
    track.update(losses([1, 2]), grid, 0.9);
    expect(track.brokenSince).toBeUndefined();
    track.update(losses([1, 2, NaN, Infinity, NaN]), grid, 0.9);
    expect(track.brokenSince).toBe(2);
  });

  it('are not called broken after a single value that is not finite', () => {
    const track = new LossTrack();
    track.update(losses([1, NaN, 2]), grid, 0.9);
    expect(track.brokenSince).toBeUndefined();
    expect(track.lines[0].slice(0, 3)).toEqual([1, null, 2]);
  });

  it('of a fork begin where it leaves its parent', () => {
    const track = new LossTrack();
    const evaluations = [2, 4].map((step) => ({ step, epoch: step / 2, loss: 1, accuracy: 0.5 }));
    track.update(losses([1, 2, 3, 4, 5], evaluations), grid, 0, 3);
    const [raw, smoothed, validation] = track.lines;
    expect(raw.slice(0, 5)).toEqual([undefined, undefined, 3, 4, 5]);
    expect(smoothed.slice(0, 5)).toEqual([undefined, undefined, 3, 4, 5]);
    expect([validation[2], validation[4]]).toEqual([undefined, 1]);
    expect(track.smoothedAt(0)).toBe(1);
  });

  it('are the same in any window as one by one', () => {
    const values = Array.from({ length: 5000 }, (_, step) => 2 + Math.sin(step * step));
    const history = losses(values);
    for (const part of [createColumnGrid(5000, 90), createColumnGrid(4700, 90, 333)]) {
      const [atOnce, inParts] = [new LossTrack(), new LossTrack()];
      atOnce.update(history, part, 0.9);
      for (let length = 100; length <= 5000; length += 100)
        inParts.update(losses(values.slice(0, length)), part, 0.9);
      expect(inParts.lines).toEqual(atOnce.lines);
    }
  });

  it('have evaluations at the steps after which they were made', () => {
    const track = new LossTrack();
    const evaluations = [
      { step: 2, epoch: 1, loss: 1.5, accuracy: 0.5 },
      { step: 4, epoch: 2, loss: NaN, accuracy: 0.75 },
    ];
    track.update(losses([1, 1, 1, 1, 1], evaluations), grid, 0.9);
    expect([track.lines[2][2], track.lines[2][4]]).toEqual([1.5, undefined]);
    expect(evaluationAt(evaluations, 3)?.epoch).toBe(1);
    expect(evaluationAt(evaluations, 1)).toBeUndefined();
  });
});

describe('the rates of a run', () => {
  const preview = { from: 0, lr: [Float64Array.from([8, 7, 6, 5, 4, 3, 2, 1, 1, 1])] };

  it('are all a preview before the start', () => {
    const track = new RateTrack();
    track.update(rates([]), preview, grid);
    const [planned, used] = track.lines;
    expect(planned.slice(0, 4)).toEqual([8, 7, 6, 5]);
    expect(used.every((slot) => slot === undefined)).toBe(true);
  });

  it('end where the preview begins, without a gap', () => {
    const track = new RateTrack();
    track.update(rates([8, 7]), preview, grid);
    track.update(rates([8, 7, 9]), preview, grid);
    const [planned, used] = track.lines;
    expect(planned.slice(0, 5)).toEqual([undefined, undefined, 9, 5, 4]);
    // The rate of an update holds until the next one.
    expect(used.slice(0, 5)).toEqual([8, 7, 9, 9, undefined]);
  });

  it('follow a policy that was swapped in', () => {
    const track = new RateTrack();
    track.update(rates([8, 7, 6]), preview, grid);
    track.update(rates([8, 7, 6]), { from: 3, lr: [Float64Array.from([2, 2, 2])] }, grid);
    expect(track.lines[0].slice(0, 7)).toEqual([undefined, undefined, 6, 2, 2, 2, 2]);
  });

  it('reach the end of the run, where the last update ends', () => {
    const track = new RateTrack();
    track.update(rates([8]), preview, grid);
    expect(track.lines[0][10]).toBe(1);
    track.update(rates([...preview.lr[0]]), preview, grid);
    expect(track.lines[1][10]).toBe(1);
  });

  it('have no preview left at the end, whatever it foresaw', () => {
    const track = new RateTrack();
    track.update(rates(Array<number>(10).fill(4)), preview, grid);
    expect(track.lines[0].every((slot) => slot === undefined)).toBe(true);
  });

  it('of a draft begin at its first step', () => {
    const draft = { from: 4, lr: [Float64Array.of(5, 6)] };
    expect(previewSlots(draft, 0, grid).slice(3, 8)).toEqual([undefined, 5, 6, 6, undefined]);
    expect(previewSlots(draft, 1, grid).every((slot) => slot === undefined)).toBe(true);
  });

  it('of a draft that was computed some steps ago begin at the last rate used', () => {
    const draft = { from: 3, lr: [Float64Array.of(5, 6, 7, 8)] };
    const slots = draftSlots(draft, rates([1, 1, 1, 1, 2]), grid);
    expect(slots.slice(0, 8)).toEqual([undefined, undefined, undefined, undefined, 2, 7, 8, 8]);
  });

  it('have the same preview in a window as over the whole run', () => {
    const plan = { from: 0, lr: [Float64Array.from({ length: 5000 }, (_, step) => 1 / (step + 1))] };
    const part = createColumnGrid(4000, 90, 1000);
    const slots = previewSlots(plan, 0, part);
    expect(Math.max(...slots.filter((slot) => typeof slot === 'number'))).toBe(1 / (part.origin + 1));
  });

  it('are kept apart for each param group', () => {
    const track = new RateTrack();
    const two = { from: 0, lr: [Float64Array.from([1, 1, 1]), Float64Array.from([2, 2, 2])] };
    track.update(rates([1], [2]), two, grid);
    expect(track.lines).toHaveLength(4);
    expect(track.lines.map((slots) => slots[0])).toEqual([1, 1, 2, 2]);
  });

  it('start over when the history does', () => {
    const track = new RateTrack();
    track.update(rates([8, 7, 6]), preview, grid);
    track.update(rates([]), preview, grid);
    expect(track.lines[0].slice(0, 3)).toEqual([8, 7, 6]);
    expect(track.lines[1].every((slot) => slot === undefined)).toBe(true);
  });

  it('leave no preview behind them in a long run', () => {
    const long = createColumnGrid(100_000, 500);
    const track = new RateTrack();
    const plan = { from: 0, lr: [new Float64Array(100_000).fill(0.1)] };
    track.update(rates(Array.from({ length: 50_000 }, () => 0.1)), plan, long);
    const [planned, used] = track.lines;
    const lastUsed = used.findLastIndex((slot) => slot !== undefined);
    expect(planned.findIndex((slot) => slot !== undefined)).toBe(lastUsed - 1);
  });
});

describe('a loss as text', () => {
  it('has four significant digits, or a steady width below one', () => {
    expect([2.302585, 0.18231, 12.3456, 0.00123].map(formatLoss)).toEqual([
      '2.303',
      '0.1823',
      '12.35',
      '0.0012',
    ]);
  });

  it('is scientific if it is very small or very large', () => {
    expect([1.234e-5, 1e-7, 3.4e38, 0].map(formatLoss)).toEqual(['1.23e-5', '1e-7', '3.4e38', '0.0000']);
  });

  it('names values that are not numbers', () => {
    expect([NaN, Infinity, -Infinity, undefined].map(formatLoss)).toEqual(['NaN', '∞', '-∞', '–']);
  });
});

describe('the changes that a track reports', () => {
  const plan = Float64Array.from({ length: 4000 }, (_, step) => 1 / (step + 1));

  /** Updates a track, and finds slots that changed before the first one it reported, in lists that are the same. */
  function hiddenChanges(
    track: { lines: readonly (readonly unknown[])[]; changedFrom: number },
    before: Map<readonly unknown[], readonly unknown[]>,
    update: () => void,
  ): number {
    update();
    const hidden = track.lines.map((slots) => {
      const former = before.get(slots) ?? slots;
      before.set(slots, [...slots]);
      return slots.filter((slot, index) => index < track.changedFrom && slot !== former[index]).length;
    });
    return Math.max(...hidden);
  }

  it('are complete for losses and rates, in any window, for any rows at once', () => {
    const rowCounts = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 8 });
    const windows = fc.constantFrom(
      createColumnGrid(4000, 90),
      createColumnGrid(3000, 90, 333),
      createColumnGrid(900, 600, 300),
    );
    fc.assert(
      fc.property(rowCounts, windows, fc.constantFrom(0, 500), (counts, part, begin) => {
        const [loss, rate] = [new LossTrack(), new RateTrack()];
        const preview = { from: 0, lr: [plan] };
        const lossBefore = new Map<readonly unknown[], readonly unknown[]>();
        const rateBefore = new Map<readonly unknown[], readonly unknown[]>();
        const evaluations: Evaluation[] = [];
        let length = 0;
        for (const count of counts) {
          // An evaluation arrives after the rows before it.
          if (count % 3 === 0) evaluations.push({ step: length, epoch: 1, loss: 1, accuracy: 0.5 });
          length += count;
          const history = History.from({
            loss: Float32Array.from({ length }, (_, step) => Math.sin(step * step)),
            lr: [plan.slice(0, length)],
            evaluations,
          });
          const hidden = [
            hiddenChanges(loss, lossBefore, () => loss.update(history, part, 0.9, begin)),
            hiddenChanges(rate, rateBefore, () => rate.update(history, preview, part, begin)),
          ];
          expect(hidden).toEqual([0, 0]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('skip most of a long run', () => {
    const long = createColumnGrid(4000, 90);
    const track = new LossTrack();
    track.update(losses(Array.from({ length: 3000 }, () => 1)), long, 0.9);
    track.update(losses(Array.from({ length: 3001 }, () => 1)), long, 0.9);
    expect(track.changedFrom).toBe(Math.floor(3000 / long.stepsPerColumn) * 2);
  });
});
