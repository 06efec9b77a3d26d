import { describe, expect, it } from 'vitest';
import { presetExamples, schedulerExamples, type Example } from '../../../pages/examples.js';
import { curveOf, type ScheduleCurve } from '../../../components/internal/policy/schedule-curve.js';
import { readSettings } from '../../../components/internal/policy/plot-settings.js';
import { fromPyTorch, presets, schedulerTypes } from '../../../src/policy/index.js';

function draw(example: Example): ScheduleCurve {
  const { policy, lr, steps, stepsPerEpoch, metric = null, scale = null } = example;
  const settings = readSettings({ lr, steps, stepsPerEpoch, metric, scale });
  if (Array.isArray(settings)) throw new Error(settings.map(({ message }) => message).join(' '));
  return curveOf(JSON.stringify(policy), null, settings);
}

describe('the examples of the schedulers', () => {
  it('include one of each, in PyTorch’s order, and their code names it', () => {
    expect(schedulerExamples.map(({ type }) => type)).toEqual(schedulerTypes);
    for (const { type, code, policy } of schedulerExamples) {
      expect(code.startsWith(`${type}(`)).toBe(true);
      expect(policy.map(({ scheduler }) => scheduler.type)).toEqual([type]);
    }
  });

  it.each(schedulerExamples)('show what $type does: the rate moves and lasts to the end', (example) => {
    const { lr, failure } = draw(example);
    expect(new Set(lr[0]).size).toBeGreaterThan(1);
    expect(failure).toBeUndefined();
    expect(lr[0].every((rate) => rate >= 0 && rate <= 0.1 + 1e-12)).toBe(true);
  });
});

describe('the examples of the presets', () => {
  it('include all of them, in their order', () => {
    expect(presetExamples.map(({ id }) => id)).toEqual(presets.map(({ id }) => id));
  });

  it.each(presetExamples)('draw $id to its end', (example) => {
    expect(draw(example).failure).toBeUndefined();
  });

  it.each(presetExamples.filter(({ id }) => id !== 'constant'))(
    'show the code that builds $id, and nothing around it',
    ({ code, policy }) => {
      expect(code.startsWith('scheduler')).toBe(true);
      const read = fromPyTorch(code);
      expect(read.success && read.policy.map(({ scheduler }) => scheduler)).toEqual(
        policy.map(({ scheduler }) => scheduler),
      );
    },
  );

  it('show no code without a scheduler', () => {
    expect(presetExamples.find(({ id }) => id === 'constant')?.code).toBe('');
  });
});
