import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  ReduceLROnPlateau,
  setWarningHandler,
  StepLR,
  type SchedulerWarning,
  type WarningHandler,
} from '../../../src/schedulers/index.js';

let warnings: SchedulerWarning[] = [];
let previous: WarningHandler;

beforeEach(() => {
  warnings = [];
  previous = setWarningHandler((warning) => warnings.push(warning));
});
afterEach(() => void setWarningHandler(previous));

const newOptimizer = () => ({ paramGroups: [{ lr: 0.1 }], step: (): unknown => undefined });

describe('warnings', () => {
  it('go to the console until a handler is set, and setting one returns the previous one', () => {
    const handler = setWarningHandler(previous);
    const consoleWarn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    new StepLR(newOptimizer(), { stepSize: 2 }).getLr();
    expect(consoleWarn).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(/^UserWarning: StepLR: .*getLastLr/),
    );
    consoleWarn.mockRestore();
    expect(setWarningHandler(handler)).toBe(previous);
  });

  it('have the scheduler’s name and a code', () => {
    new StepLR(newOptimizer(), { stepSize: 2 }).step();
    expect(warnings).toMatchObject([{ code: 'step-order', category: 'UserWarning', scheduler: 'StepLR' }]);
  });

  it('about the order of calls never appear for an optimizer without a step method', () => {
    new StepLR({ paramGroups: [{ lr: 0.1 }] }, { stepSize: 2 }).step();
    expect(warnings).toEqual([]);
  });

  it('about the order of calls never appear for an optimizer whose step cannot be watched', () => {
    new StepLR(Object.freeze(newOptimizer()), { stepSize: 2 }).step();
    expect(warnings).toEqual([]);
  });

  it('about the order of calls do not appear again for a second scheduler on an optimizer that has stepped', () => {
    const optimizer = newOptimizer();
    new StepLR(optimizer, { stepSize: 2 });
    optimizer.step();
    new StepLR(optimizer, { stepSize: 2 }).step();
    expect(warnings).toEqual([]);
  });

  it('also appear for the epoch argument of ReduceLROnPlateau', () => {
    new ReduceLROnPlateau(newOptimizer()).step(1, 5);
    expect(warnings).toMatchObject([{ code: 'epoch-argument', scheduler: 'ReduceLROnPlateau' }]);
  });
});

describe('watching optimizer.step', () => {
  it('keeps its arguments, its result and its `this`', () => {
    const optimizer = {
      paramGroups: [{ lr: 0.1 }],
      calls: 0,
      step(left: number, right: number) {
        this.calls += 1;
        return left + right;
      },
    };
    new StepLR(optimizer, { stepSize: 2 });
    expect(optimizer.step(2, 3)).toBe(5);
    expect(optimizer.calls).toBe(1);
  });

  it('wraps it once for any number of schedulers, and adds nothing else to the optimizer', () => {
    const optimizer = newOptimizer();
    new StepLR(optimizer, { stepSize: 2 });
    const wrapped = optimizer.step;
    new StepLR(optimizer, { stepSize: 2 });
    expect(optimizer.step).toBe(wrapped);
    expect(Reflect.ownKeys(optimizer)).toEqual(['paramGroups', 'step']);
  });
});
