import { describe, expect, it } from 'vitest';

import { CheckpointBudget, KeptCheckpoints } from '../../../src/lab/run/kept-checkpoints.js';
import type { Checkpoint } from '../../../src/training/index.js';

/** A checkpoint of 40 bytes. */
const at = (step: number): Checkpoint =>
  ({ version: 1, step, weights: { kernel: { shape: [10], values: new Float32Array(10) } } }) as never;

const steps = ({ all }: KeptCheckpoints) => all.map(({ step }) => step);

describe('the checkpoints of a run', () => {
  it('are in the order of their steps, one for each step', () => {
    const kept = new KeptCheckpoints([at(5)]);
    const later = at(5);
    for (const checkpoint of [at(9), at(1), later]) kept.keep(checkpoint);
    expect(steps(kept)).toEqual([1, 5, 9]);
    expect(kept.all[1]).toBe(later);
    expect(kept.before(8)).toBe(later);
    kept.drop(later);
    expect(steps(kept)).toEqual([1, 9]);
  });

  it('are measured once each, even when many are kept', () => {
    let looks = 0;
    const kept = new KeptCheckpoints();
    for (let step = 0; step < 2000; step += 1) {
      const weights = { kernel: { shape: [10], values: new Float32Array(10) } };
      const checkpoint = Object.defineProperty(at(step), 'weights', {
        enumerable: true,
        get: () => {
          looks += 1;
          return weights;
        },
      });
      kept.keep(checkpoint);
    }
    expect(looks).toBe(2000);
  });
});

describe('many checkpoints', () => {
  it('are thinned out to a fixed number, and from any step the one before it is near', () => {
    const kept = new KeptCheckpoints([], new CheckpointBudget(Infinity, 64));
    const latest = 100_000;
    for (let step = 0; step <= latest; step += 50) kept.keep(at(step));
    expect(steps(kept)).toHaveLength(64);
    expect(steps(kept)[0]).toBe(0);
    expect(steps(kept).at(-1)).toBe(latest);
    for (let step = 0; step <= latest; step += 50) {
      const replayed = step - kept.before(step)!.step;
      expect(replayed).toBeLessThanOrEqual(Math.max(50, 0.3 * (latest - step)));
    }
  });
});

describe('the budget for the checkpoints of a lab', () => {
  it('is shared by all runs, and each keeps its first and latest checkpoint', () => {
    const budget = new CheckpointBudget(400);
    const runs = [new KeptCheckpoints([], budget), new KeptCheckpoints([], budget)];
    for (let step = 0; step < 50; step += 1) for (const run of runs) run.keep(at(step));
    expect(budget.bytes).toBe(400);
    for (const [first, ...others] of runs.map(steps)) {
      expect(first).toBe(0);
      expect(others).toHaveLength(4);
      expect(others.at(-1)).toBe(49);
    }
    const many = Array.from({ length: 10 }, () => new KeptCheckpoints([at(0), at(1), at(2)], budget));
    expect([...runs, ...many].map((run) => run.all.length)).toEqual(Array.from({ length: 12 }, () => 2));
  });

  it('counts a checkpoint once that several runs hold', () => {
    const budget = new CheckpointBudget(1000);
    const shared = [at(0), at(10), at(20)];
    const parent = new KeptCheckpoints(shared, budget);
    const fork = new KeptCheckpoints(shared);
    fork.moveTo(budget);
    expect(budget.bytes).toBe(120);
    parent.keep(at(30));
    expect(budget.bytes).toBe(160);
    parent.moveTo(new CheckpointBudget());
    expect(budget.bytes).toBe(120);
    fork.keep(shared[1]);
    expect(budget.bytes).toBe(120);
    fork.drop(shared[1]);
    expect(budget.bytes).toBe(80);
  });
});
