import { describe, expect, it } from 'vitest';
import {
  createColumnGrid,
  firstSlotOf,
  nearestSlotOf,
} from '../../../components/internal/chart/column-grid.js';
import { ExtremesWriter, MeanWriter } from '../../../components/internal/chart/column-writer.js';
import { spreadIndices } from '../../../components/internal/chart/pick-rows.js';
import { rowAtStep } from '../../../components/internal/chart/step-index.js';

describe('a column grid', () => {
  it('gives every step a slot of its own while there is room', () => {
    const grid = createColumnGrid(10, 6);
    expect(grid.stepsPerColumn).toBe(1);
    expect(grid.x).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(firstSlotOf(grid, 7)).toBe(7);
    expect(nearestSlotOf(grid, 10)).toBe(10);
  });

  it('never has more than two slots a column, however long the run', () => {
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

  it('keeps a value that lies outside the run at its edge', () => {
    const grid = createColumnGrid(100_000, 900);
    expect(nearestSlotOf(grid, 200_000)).toBe(nearestSlotOf(grid, 100_000));
    expect(nearestSlotOf(grid, -3)).toBe(0);
  });
});

describe('the writer of extremes', () => {
  const grid = createColumnGrid(39, 10);

  it('keeps the lowest and the highest value of a column in the order in which they came', () => {
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

  it('leaves out what is not finite and breaks the line where nothing else is', () => {
    const writer = new ExtremesWriter(grid);
    [1, NaN, 3, Infinity, NaN, NaN, -Infinity, NaN].forEach((value, step) => writer.add(step, value));
    expect(writer.slots.slice(0, 4)).toEqual([1, 3, null, null]);
  });

  it('breaks the line at a single step that is not finite', () => {
    const writer = new ExtremesWriter(createColumnGrid(3, 10));
    [1, NaN, 2].forEach((value, step) => writer.add(step, value));
    expect(writer.slots).toEqual([1, null, 2, undefined]);
  });

  it('passes over a step beyond the end of the run', () => {
    const writer = new ExtremesWriter(grid);
    writer.add(40, 1);
    expect(writer.slots).toHaveLength(20);
  });
});

describe('the writer of means', () => {
  it('keeps the mean of a column and passes over its second slot', () => {
    const writer = new MeanWriter(createColumnGrid(39, 10));
    [1, 2, 3, NaN, 8, 4].forEach((value, step) => writer.add(step, value));
    expect(writer.slots.slice(0, 4)).toEqual([2, undefined, 6, undefined]);
  });

  it('breaks the line where a column has no finite value', () => {
    const writer = new MeanWriter(createColumnGrid(39, 10));
    [1, 1, 1, 1, NaN, NaN, NaN, NaN, 5].forEach((value, step) => writer.add(step, value));
    expect(writer.slots.slice(0, 6)).toEqual([1, undefined, null, null, 5, undefined]);
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

  it('are found where steps are missing', () => {
    const steps = Uint32Array.from([0, 1, 10, 11, 40]);
    expect([0, 1, 5, 10, 12, 39, 40].map((step) => rowAtStep(steps, 5, step))).toEqual([0, 1, 1, 2, 3, 3, 4]);
  });

  it('are picked evenly, with the first and the last among them', () => {
    expect(spreadIndices(3, 50)).toEqual([0, 1, 2]);
    expect(spreadIndices(101, 5)).toEqual([0, 25, 50, 75, 100]);
    expect(spreadIndices(10, 1)).toEqual([9]);
    expect(spreadIndices(0, 50)).toEqual([]);
  });
});
