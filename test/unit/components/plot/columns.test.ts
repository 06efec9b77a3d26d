import { describe, expect, it } from 'vitest';
import {
  createColumnGrid,
  firstSlotOf,
  nearestSlotOf,
} from '../../../../components/internal/plot/lines/column-grid.js';
import { ExtremesWriter } from '../../../../components/internal/plot/lines/column-writer.js';
import { spreadIndices } from '../../../../components/internal/kit/spread-indices.js';
import { RunningMeans } from '../../../../components/internal/chart/running-means.js';
import { rowAtStep } from '../../../../components/internal/chart/step-index.js';
import { History } from '../../../../src/lab/index.js';
import { fc } from '../../../property-runs.js';

describe('a column grid', () => {
  it('gives every step its own slot while they fit', () => {
    const grid = createColumnGrid(10, 6);
    expect(grid.stepsPerColumn).toBe(1);
    expect(grid.x).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(firstSlotOf(grid, 7)).toBe(7);
    expect(nearestSlotOf(grid, 10)).toBe(10);
  });

  it('never has more than two slots per column, however long the run', () => {
    for (const steps of [1_999, 2_000, 12_345, 100_000, 3_000_000]) {
      const { x } = createColumnGrid(steps, 900);
      expect(x.length).toBeLessThanOrEqual(1800);
      expect(x[0]).toBe(0);
      expect(x.every((step, slot) => step <= steps && (slot === 0 || step >= x[slot - 1]))).toBe(true);
    }
  });

  it('puts a single value within half a column of its step', () => {
    const grid = createColumnGrid(100_000, 900);
    for (const step of [0, 1, 55_555, 99_999, 100_000]) {
      expect(Math.abs(grid.x[nearestSlotOf(grid, step)] - step)).toBeLessThanOrEqual(grid.stepsPerColumn / 2);
    }
  });

  it('keeps a value outside the run at its edge', () => {
    const grid = createColumnGrid(100_000, 900);
    expect(nearestSlotOf(grid, 200_000)).toBe(nearestSlotOf(grid, 100_000));
    expect(nearestSlotOf(grid, -3)).toBe(0);
  });
});

describe('a column grid over part of a run', () => {
  it('has a slot for each step between its ends', () => {
    const grid = createColumnGrid(30, 20, 20);
    expect(grid.x).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30]);
    expect(firstSlotOf(grid, 25)).toBe(5);
    expect(firstSlotOf(grid, 19)).toBe(-1);
  });

  it('begins its columns at multiples of their width, so that they stay still while it moves', () => {
    const columns = (from: number) => createColumnGrid(from + 20_000, 300, from);
    const { stepsPerColumn } = columns(40_000);
    expect(stepsPerColumn % 16).toBe(0);
    for (const from of [40_000, 40_001, 41_234]) {
      const grid = columns(from);
      expect(grid.stepsPerColumn).toBe(stepsPerColumn);
      expect(grid.origin % stepsPerColumn).toBe(0);
      expect(grid.x[0]).toBeLessThanOrEqual(from);
      expect(grid.x.at(-1)).toBeLessThanOrEqual(grid.steps);
      expect(Math.abs(grid.x[nearestSlotOf(grid, from + 777)] - from - 777)).toBeLessThanOrEqual(
        stepsPerColumn / 2,
      );
    }
  });
});

describe('a writer of extremes', () => {
  it('adds many rows as it adds single ones, wherever they begin and end', () => {
    fc.assert(
      fc.property(
        fc.nat(4000),
        fc.nat(4000),
        fc.nat(2000),
        fc.nat(3000),
        fc.constantFrom(40, 300),
        (first, count, gridFrom, size, columns) => {
          const values = Float32Array.from({ length: first + count }, (_, row) =>
            row % 97 < 3 || (row > 500 && row < 900) ? NaN : Math.sin(row * row),
          );
          const history = History.from({ loss: values, lr: [], evaluations: [] });
          const grid = createColumnGrid(gridFrom + size + 1, columns, gridFrom);
          const [atOnce, oneByOne] = [new ExtremesWriter(grid), new ExtremesWriter(grid)];
          const minMax = (from: number, to: number, stretches: number) =>
            history.minMax('loss', from, to, stretches);
          atOnce.addRows(values, { offset: 0, from: first, to: values.length }, minMax);
          for (let row = first; row < values.length; row++) oneByOne.add(row, values[row]);
          expect(atOnce.slots).toEqual(oneByOne.slots);
        },
      ),
    );
  });

  const grid = createColumnGrid(39, 10);

  it('keeps the lowest and the highest value of a column in their order', () => {
    const writer = new ExtremesWriter(grid);
    [2, 9, 1, 5, 3, 4, 8, 7].forEach((value, step) => writer.add(step, value));
    expect(writer.slots.slice(0, 4)).toEqual([9, 1, 3, 8]);
  });

  it('shows a column that is not full yet', () => {
    const writer = new ExtremesWriter(grid);
    writer.add(0, 4);
    expect(writer.slots.slice(0, 3)).toEqual([4, 4, undefined]);
  });

  it('finds the same extremes as a search over all values', () => {
    const long = createColumnGrid(9_999, 400);
    const writer = new ExtremesWriter(long);
    const values = Array.from({ length: 10_000 }, (_, step) => Math.sin(step * step));
    values.forEach((value, step) => writer.add(step, value));
    for (let column = 0; column * long.stepsPerColumn < values.length; column++) {
      const part = values.slice(column * long.stepsPerColumn, (column + 1) * long.stepsPerColumn);
      const pair = writer.slots.slice(column * 2, column * 2 + 2) as number[];
      expect(Math.min(...pair)).toBe(Math.min(...part));
      expect(Math.max(...pair)).toBe(Math.max(...part));
    }
  });

  it('skips values that are not finite, and breaks the line at a column without any other', () => {
    const writer = new ExtremesWriter(grid);
    [1, NaN, 3, Infinity, NaN, NaN, -Infinity, NaN].forEach((value, step) => writer.add(step, value));
    expect(writer.slots.slice(0, 4)).toEqual([1, 3, null, null]);
  });

  it('breaks the line at a single step that is not finite', () => {
    const writer = new ExtremesWriter(createColumnGrid(3, 10));
    [1, NaN, 2].forEach((value, step) => writer.add(step, value));
    expect(writer.slots).toEqual([1, null, 2, undefined]);
  });

  it('ignores a step after the end of the run', () => {
    const writer = new ExtremesWriter(grid);
    writer.add(40, 1);
    expect(writer.slots).toHaveLength(20);
  });
});

describe('running means', () => {
  const means = new RunningMeans();
  for (let index = 0; index < 5000; index++) means.push(index % 7 === 0 ? NaN : index);

  it('keep values beyond their first capacity', () => {
    expect([means.length, means.at(1), means.at(4999)]).toEqual([5000, 1, 4999]);
    expect(means.at(0)).toBeNaN();
    expect(means.at(5000)).toBeNaN();
  });

  it('are the means of the finite values of any stretch', () => {
    expect(means.mean(8, 12)).toBe((8 + 9 + 10 + 11) / 4);
    expect(means.mean(6, 9)).toBe((6 + 8) / 2);
    expect(means.mean(4997, 10_000)).toBe((4997 + 4999) / 2);
  });

  it('are NaN without a finite value', () => {
    expect(means.mean(7, 8)).toBeNaN();
    expect(means.mean(9000, 9001)).toBeNaN();
    expect(means.mean(5, 5)).toBeNaN();
  });
});

describe('rows of a history', () => {
  it('are found by their step', () => {
    const steps = Uint32Array.from([5, 6, 7, 8]);
    expect(rowAtStep(steps, 4, 7)).toBe(2);
    expect(rowAtStep(steps, 4, 100)).toBe(3);
    expect(rowAtStep(steps, 4, 4)).toBe(-1);
    expect(rowAtStep(steps, 0, 4)).toBe(-1);
  });

  it('are found when steps are missing', () => {
    const steps = Uint32Array.from([0, 1, 10, 11, 40]);
    expect([0, 1, 5, 10, 12, 39, 40].map((step) => rowAtStep(steps, 5, step))).toEqual([0, 1, 1, 2, 3, 3, 4]);
  });

  it('are picked evenly, including the first and the last', () => {
    expect(spreadIndices(3, 50)).toEqual([0, 1, 2]);
    expect(spreadIndices(101, 5)).toEqual([0, 25, 50, 75, 100]);
    expect(spreadIndices(10, 1)).toEqual([9]);
    expect(spreadIndices(0, 50)).toEqual([]);
  });
});
