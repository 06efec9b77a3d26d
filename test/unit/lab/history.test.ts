import { describe, expect, it } from 'vitest';

import { History } from '../../../src/lab/run/history.js';
import { RecentSpeed } from '../../../src/lab/drive/recent-speed.js';
import { fc } from '../../property-runs.js';

const rows = (first: number, count: number) => ({
  first,
  loss: Float32Array.from({ length: count }, (_, index) => 1 / (first + index + 1)),
  lr: [
    Float64Array.from({ length: count }, (_, index) => first + index),
    Float64Array.from({ length: count }, () => 0.1),
  ],
});

const evaluation = (step: number) => ({ step, epoch: step / 10, loss: 1 / step, accuracy: 0.5 });

/** A history of one param group that was appended to in pieces of random length. */
function historyOf(losses: readonly number[], pieces: readonly number[] = [losses.length]): History {
  const history = new History();
  for (let first = 0, piece = 0; first < losses.length; piece++) {
    const loss = Float32Array.from(losses.slice(first, first + (pieces[piece % pieces.length] || 1)));
    history.append({ first, loss, lr: [Float64Array.from(loss)] }, []);
    first += loss.length;
  }
  return history;
}

describe('a history', () => {
  it('keeps every row over many appends, a rate for each param group', () => {
    const history = new History();
    for (let first = 0; first < 5000; first += 50) history.append(rows(first, 50), []);
    expect(history.length).toBe(5000);
    expect(history.step.at(-1)).toBe(4999);
    expect([...history.loss]).toEqual([...rows(0, 5000).loss]);
    expect(history.lr.map((group) => group.at(-1))).toEqual([4999, 0.1]);
  });

  it('reports each append once, and an empty one never', () => {
    const history = new History();
    history.append(rows(0, 3), []);
    history.append(undefined, [{ step: 3, epoch: 1, loss: 0.5, accuracy: 0.9 }]);
    history.append(undefined, []);
    expect(history.version.value).toBe(2);
    expect(history.evaluations).toHaveLength(1);
  });

  it('refuses rows that leave a gap', () => {
    const history = new History();
    history.append(rows(0, 3), []);
    expect(() => history.append(rows(4, 1), [])).toThrow('rows begin at step 4; expected 3');
  });

  it('holds 100,000 steps of eight runs without copying earlier rows', () => {
    for (let run = 0; run < 8; run++) {
      const history = new History();
      history.reserve(100_000);
      history.append(rows(0, 50), []);
      const buffers = () => [history.step, history.loss, ...history.lr].map(({ buffer }) => buffer);
      const before = buffers();
      for (let first = 50; first < 100_000; first += 50) history.append(rows(first, 50), []);
      expect(history.length).toBe(100_000);
      expect(buffers().every((buffer, index) => buffer === before[index])).toBe(true);
    }
  });

  it('holds 200,000 evaluations, too many to spread into a call', () => {
    const count = 200_000;
    const history = new History();
    history.append(
      rows(0, count),
      Array.from({ length: count }, (_, index) => evaluation(index + 1)),
    );
    expect(history.fork(count).evaluations).toHaveLength(count);
    history.truncate(count - 1);
    expect(history.evaluations).toHaveLength(count - 1);
  });

  it('reserves no memory for a thousand million steps ahead', () => {
    const history = new History();
    history.reserve(1e9);
    expect(history.loss.buffer.byteLength).toBeLessThan(10_000_000);
  });

  it('keeps its rows when memory is reserved later', () => {
    const history = new History();
    history.append(rows(0, 500), []);
    history.reserve(50_000);
    expect([...history.loss]).toEqual([...rows(0, 500).loss]);
    expect(history.lr[0].at(-1)).toBe(499);
  });
});

describe('a forked history', () => {
  const parent = () => {
    const history = new History();
    history.append(rows(0, 30), [evaluation(10), evaluation(20), evaluation(30)]);
    return history;
  };

  it('has the rows and evaluations of its parent up to the step of the fork', () => {
    const fork = parent().fork(20);
    expect(fork.length).toBe(20);
    expect([...fork.step]).toEqual(Array.from({ length: 20 }, (_, step) => step));
    expect([...fork.loss]).toEqual([...rows(0, 20).loss]);
    expect(fork.evaluations.map(({ step }) => step)).toEqual([10, 20]);
  });

  it('does not change its parent', () => {
    const history = parent();
    const fork = history.fork(20);
    fork.append({ first: 20, loss: Float32Array.of(7), lr: [Float64Array.of(1), Float64Array.of(2)] }, []);
    expect(fork.loss[20]).toBe(7);
    expect(history.loss[20]).toBe(Math.fround(1 / 21));
  });

  it('at step 0 is empty', () => {
    expect(parent().fork(0)).toMatchObject({ length: 0, evaluations: [] });
  });

  it('is refused at a step that its parent has not reached', () => {
    expect(() => parent().fork(31)).toThrow('step 31 is not in this history of 30 rows');
  });
});

describe('a truncated history', () => {
  it('continues at the row at which it was cut, and reports the change', () => {
    const history = historyOf(Array.from({ length: 1000 }, (_, step) => step));
    history.minMax('loss', 0, 1000, 10);
    history.truncate(300);
    expect(history.version.value).toBe(2);
    const loss = Float32Array.from({ length: 700 }, () => -5);
    history.append({ first: 300, loss, lr: [Float64Array.from(loss)] }, []);
    // 0 … 299 and then -5 in the first half; only -5 in the second.
    expect([...history.minMax('loss', 0, 1000, 2).value]).toEqual([299, -5, -5]);
  });

  it('loses the later evaluations, and reports no change when nothing is cut', () => {
    const history = new History();
    history.append(rows(0, 30), [evaluation(10), evaluation(30)]);
    history.truncate(30);
    expect(history.version.value).toBe(1);
    history.truncate(15);
    expect(history.evaluations.map(({ step }) => step)).toEqual([10]);
  });
});

describe('a decimated view', () => {
  /** Minimum and maximum of each bucket, by reading every row. */
  function bruteForce(values: Float32Array, from: number, to: number, buckets: number): [number, number][] {
    const line: [number, number][] = [];
    const count = to - from;
    if (count <= 2 * buckets) {
      for (let row = from; row < to; row++)
        line.push([row, Number.isFinite(values[row]) ? values[row] : NaN]);
      return line;
    }
    for (let bucket = 0; bucket < buckets; bucket++) {
      const start = from + Math.floor((count * bucket) / buckets);
      const end = from + Math.floor((count * (bucket + 1)) / buckets);
      const finite = [...values.subarray(start, end).entries()]
        .map(([index, value]): [number, number] => [start + index, value])
        .filter(([, value]) => Number.isFinite(value));
      if (finite.length === 0) {
        line.push([start, NaN]);
        continue;
      }
      const lowest = finite.reduce((best, point) => (point[1] < best[1] ? point : best));
      const highest = finite.reduce((best, point) => (point[1] > best[1] ? point : best));
      line.push(...(lowest === highest ? [lowest] : [lowest, highest].sort((a, b) => a[0] - b[0])));
    }
    return line;
  }

  const pointsOf = (history: History, ...stretch: [number, number, number]) => {
    const { step, value } = history.minMax('loss', ...stretch);
    return Array.from(step, (at, index): [number, number] => [at, value[index]]);
  };

  const losses = fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: -20, max: 20 }) },
      fc.constantFrom(NaN, Infinity, -Infinity),
    ),
    { maxLength: 900 },
  );

  it('has the same extremes as every row, for any appends and any range', () => {
    fc.assert(
      fc.property(
        losses,
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 }),
        fc.array(fc.tuple(fc.nat(900), fc.nat(900), fc.integer({ min: 1, max: 50 })), { maxLength: 4 }),
        (values, pieces, stretches) => {
          const history = historyOf(values, pieces);
          for (const [a, b, buckets] of stretches) {
            const [from, to] = [a, b].map((row) => Math.min(row, values.length)).sort((x, y) => x - y);
            expect(pointsOf(history, from, to, buckets)).toEqual(bruteForce(history.loss, from, to, buckets));
          }
        },
      ),
    );
  });

  it('has the same extremes as every row while the history grows and is cut', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.record({ add: fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 300 }) }),
            fc.record({ keep: fc.double({ min: 0, max: 1, noNaN: true }) }),
          ),
          { maxLength: 8 },
        ),
        (changes) => {
          const history = new History();
          for (const change of changes) {
            if ('keep' in change) {
              history.truncate(Math.floor(change.keep * history.length));
            } else {
              const loss = Float32Array.from(change.add);
              history.append({ first: history.length, loss, lr: [Float64Array.from(loss)] }, []);
            }
            const { length } = history;
            expect(pointsOf(history, 0, length, 7)).toEqual(bruteForce(history.loss, 0, length, 7));
          }
        },
      ),
    );
  });

  it('reads the rate of each param group', () => {
    const history = new History();
    history.append(rows(0, 100), []);
    expect([...history.minMax(0, 0, 100, 2).value]).toEqual([0, 49, 50, 99]);
    expect([...history.minMax(1, 0, 100, 2).value]).toEqual([0.1, 0.1]);
  });

  it('is empty for an empty history', () => {
    expect(new History().minMax(0, 0, 100, 10).step).toHaveLength(0);
  });

  it('has a gap where a whole bucket has no finite value', () => {
    const history = historyOf([1, 2, 3, NaN, NaN, Infinity, 7, 8, 9]);
    expect(pointsOf(history, 0, 9, 3)).toEqual([
      [0, 1],
      [2, 3],
      [3, NaN],
      [6, 7],
      [8, 9],
    ]);
  });

  it('has every row if they are few, and no row beyond the history', () => {
    const history = historyOf([3, 1, 2]);
    expect(pointsOf(history, 1, 10, 5)).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(pointsOf(history, 5, 2, 5)).toEqual([]);
  });
});

describe('the recent speed', () => {
  it('is that of the last seconds, not of the whole run', () => {
    const recent = new RecentSpeed(1000);
    for (let time = 0; time <= 5000; time += 100) recent.mark(time / 100, time);
    let speed = 0;
    for (let time = 5100; time <= 8000; time += 100) speed = recent.mark(50 + (time - 5000) / 10, time);
    expect(speed).toBeCloseTo(100, 6);
  });

  it('is 0 until there are two marks', () => {
    expect(new RecentSpeed().mark(5, 0)).toBe(0);
  });
});
