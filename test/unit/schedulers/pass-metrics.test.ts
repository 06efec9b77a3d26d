import { describe, expect, it } from 'vitest';
import {
  ChainedScheduler,
  ExponentialLR,
  LinearLR,
  ReduceLROnPlateau,
  SchedulerError,
  SequentialLR,
  StepLR,
  type ComposableScheduler,
  type SchedulerOptimizer,
} from '../../../src/schedulers/index.js';

const newOptimizer = (): SchedulerOptimizer => ({ paramGroups: [{ lr: 1 }] });

function rates(optimizer: SchedulerOptimizer, scheduler: ComposableScheduler, metrics: number[]): number[] {
  return metrics.map((metric) => (scheduler.step(metric), optimizer.paramGroups[0].lr));
}

describe('passMetrics', () => {
  it('lets a chain step every few epochs and also lower the rate when the loss stops falling', () => {
    const optimizer = newOptimizer();
    const chain = new ChainedScheduler({
      schedulers: [
        new StepLR(optimizer, { stepSize: 3, gamma: 0.5 }),
        new ReduceLROnPlateau(optimizer, { patience: 1, factor: 0.1 }),
      ],
      passMetrics: true,
    });
    expect(rates(optimizer, chain, [5, 4, 3, 3, 3, 2])).toEqual([1, 1, 0.5, 0.5, 0.05, 0.025]);
  });

  it('lets a chain with a plateau come first in a sequence, although there is no metric at construction', () => {
    const optimizer = newOptimizer();
    const plateau = new ReduceLROnPlateau(optimizer, { patience: 0, factor: 0.5 });
    const chain = new ChainedScheduler({ schedulers: [plateau], passMetrics: true });
    const scheduler = new SequentialLR(optimizer, {
      schedulers: [chain, new StepLR(optimizer, { stepSize: 1, gamma: 0.1 })],
      milestones: [3],
      passMetrics: true,
    });
    expect(rates(optimizer, scheduler, [5, 5])).toEqual([1, 0.5]);
  });

  it('lets a plateau continue from a warm-up’s rate and read metrics from the step after the milestone', () => {
    const optimizer = newOptimizer();
    const scheduler = new SequentialLR(optimizer, {
      schedulers: [
        new LinearLR(optimizer, { startFactor: 0.5, endFactor: 0.75, totalIters: 1 }),
        new ReduceLROnPlateau(optimizer, { patience: 0, factor: 0.5 }),
      ],
      milestones: [2],
      passMetrics: true,
    });
    expect(optimizer.paramGroups[0].lr).toBe(0.5);
    expect(rates(optimizer, scheduler, [1, 0, 5, 5, 6])).toEqual([0.75, 0.75, 0.75, 0.375, 0.1875]);
    expect(scheduler.getLastLr()).toEqual([0.1875]);
  });

  it('sets initialLr for a sequence of plateaus, which do not set it themselves', () => {
    const optimizer = newOptimizer();
    const schedulers = [new ReduceLROnPlateau(optimizer), new ReduceLROnPlateau(optimizer)];
    new SequentialLR(optimizer, { schedulers, milestones: [3], passMetrics: true });
    expect(optimizer.paramGroups).toEqual([{ lr: 1, initialLr: 1 }]);
  });

  it('reaches a plateau through a composite inside a composite', () => {
    const optimizer = newOptimizer();
    const inner = new ChainedScheduler({
      schedulers: [new ReduceLROnPlateau(optimizer, { patience: 0, factor: 0.5 })],
      passMetrics: true,
    });
    const outer = new ChainedScheduler({
      schedulers: [new ExponentialLR(optimizer, { gamma: 1 }), inner],
      passMetrics: true,
    });
    expect(rates(optimizer, outer, [1, 1, 1])).toEqual([1, 0.5, 0.25]);
  });

  it('is required if a child, or a child of a child, takes a metric', () => {
    const optimizer = newOptimizer();
    const plateau = new ReduceLROnPlateau(optimizer);
    const inner = new ChainedScheduler({ schedulers: [plateau], passMetrics: true });
    expect(() => new ChainedScheduler({ schedulers: [plateau] })).toThrow(
      /passMetrics.*ReduceLROnPlateau at index 0/,
    );
    expect(() => new ChainedScheduler({ schedulers: [inner] })).toThrow(
      /passMetrics.*ChainedScheduler at index 0/,
    );
  });

  it('makes a chain throw without a metric, as its plateau does', () => {
    const optimizer = newOptimizer();
    const chain = new ChainedScheduler({ schedulers: [new ReduceLROnPlateau(optimizer)], passMetrics: true });
    expect(() => chain.step()).toThrow(SchedulerError);
  });
});
