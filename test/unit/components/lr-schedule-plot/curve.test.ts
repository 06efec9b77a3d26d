import { describe, expect, it } from 'vitest';
import type { PlotSettings } from '../../../../components/internal/policy/plot-settings.js';
import { curveOf } from '../../../../components/internal/policy/schedule-curve.js';
import { presetOf, previewPolicy } from '../../../../src/policy/index.js';
import { refusalOf } from '../../expect-refusal.js';

const settings: PlotSettings = { lr: 0.1, steps: 30, stepsPerEpoch: 1, scale: 'linear', metric: undefined };
const plateau = '{ "type": "ReduceLROnPlateau", "factor": 0.5, "patience": 3 }';

const curve = (text: string, changes: Partial<PlotSettings> = {}) =>
  curveOf(text, null, { ...settings, ...changes });

describe('the curve of a policy', () => {
  it('is the policy’s preview', () => {
    const { lr, momentum, schedulers } = curve('{ "type": "ExponentialLR", "gamma": 0.9 }');
    expect(lr).toHaveLength(1);
    expect(lr[0]).toHaveLength(30);
    expect(Array.from(lr[0].slice(0, 3))).toEqual([0.1, 0.1 * 0.9, 0.1 * 0.9 * 0.9]);
    expect(momentum).toBeUndefined();
    expect(schedulers).toBe('ExponentialLR');
  });

  it('changes between epochs when an epoch has several steps', () => {
    const { lr } = curve('{ "type": "ExponentialLR", "gamma": 0.5 }', { stepsPerEpoch: 10 });
    expect([0, 9, 10, 19, 20, 29].map((step) => lr[0][step])).toEqual([0.1, 0.1, 0.05, 0.05, 0.025, 0.025]);
  });

  it('is that of a preset fitted to the plot', () => {
    const { lr, preset, momentum } = curve(' one-cycle ', { lr: 0.4, steps: 50, stepsPerEpoch: 5 });
    const policy = presetOf('one-cycle')!.policy({ lr: 0.4, steps: 50, stepsPerEpoch: 5, epochs: 10 });
    expect(lr).toEqual(previewPolicy(policy, { lr: 0.4, steps: 50, stepsPerEpoch: 5 }).lr);
    expect(Math.max(...lr[0])).toBeCloseTo(0.4, 10);
    expect(momentum).toHaveLength(1);
    expect(preset).toBe('one-cycle');
  });

  it('has a line for each param group in a list', () => {
    const { lr } = curve('{ "type": "LambdaLR", "lrLambda": ["0.5 ** epoch", "1 / (epoch + 1)"] }');
    expect(lr.map((group) => group[2])).toEqual([0.1 * 0.25, 0.1 * (1 / 3)]);
  });

  it('finds lists inside a composite', () => {
    const cyclic =
      '{ "type": "CyclicLR", "baseLr": [0.1, 0.2, 0.3], "maxLr": 1, "stepSizeUp": 5, "cycleMomentum": false }';
    const { lr } = curve(`{ "type": "SequentialLR", "schedulers": [${cyclic}], "milestones": [] }`);
    expect(lr.map((group) => group[0])).toEqual([0.1, 0.2, 0.3]);
  });

  it('ends where a scheduler ends, and says why', () => {
    const { lr, failure } = curve('{ "type": "OneCycleLR", "maxLr": 0.1, "totalSteps": 12 }');
    expect(failure).toMatchObject({ step: 12, problem: { code: 'policy-refused' } });
    expect(lr[0][12]).not.toBeNaN();
    expect(lr[0][13]).toBeNaN();
  });

  it('reports a policy’s error, a text that is not JSON, and an unknown preset', () => {
    expect(refusalOf(() => void curve('{ "type": "StepLR", "stepSize": 0 }')).issues?.[0]).toMatchObject({
      code: 'range',
      path: ['stepSize'],
    });
    expect(refusalOf(() => void curve('[{ "type": ')).issues?.[0]).toMatchObject({ code: 'syntax' });
    expect(refusalOf(() => void curve('cosin'))).toMatchObject({
      code: 'config-value',
      path: 'policy',
      received: '"cosin"',
    });
    expect(refusalOf(() => void curve('cosin')).accepted).toContain('"cosine"');
    expect(refusalOf(() => void curve(''))).toMatchObject({ code: 'config-value', received: '""' });
  });
});

describe('the curve of a policy that waits for a plateau', () => {
  it('stays constant without a made-up metric, which is assumed to improve always', () => {
    const { lr, watchesMetric } = curve(plateau);
    expect(new Set(lr[0])).toEqual(new Set([0.1]));
    expect(watchesMetric).toBe(true);
  });

  it('falls as in PyTorch while a made-up metric stalls', () => {
    // The first metric is the best; patience allows three bad ones, the fourth halves the rate.
    const { lr } = curve(plateau, { metric: () => 1 });
    const falls = Array.from(lr[0].keys()).filter((step) => step > 0 && lr[0][step] !== lr[0][step - 1]);
    expect(falls).toEqual([5, 9, 13, 17, 21, 25, 29]);
    expect(lr[0][29]).toBeCloseTo(0.1 * 0.5 ** 7, 12);
  });

  it('waits until an improving metric stops improving', () => {
    const { lr } = curve(plateau, { metric: (epoch) => Math.max(0.5, 1 - epoch / 20) });
    expect(lr[0][14]).toBe(0.1);
    expect(lr[0][15]).toBe(0.05);
  });

  it('reads the metric once per epoch, or after every step if it watches the training loss', () => {
    const perEpoch = curve(plateau, { metric: () => 1, stepsPerEpoch: 5 });
    expect([24, 25].map((step) => perEpoch.lr[0][step])).toEqual([0.1, 0.05]);
    const perStep = curve(`{ "scheduler": ${plateau}, "interval": "step" }`, {
      metric: () => 1,
      stepsPerEpoch: 5,
    });
    expect([4, 5].map((step) => perStep.lr[0][step])).toEqual([0.1, 0.05]);
  });

  it('keeps the momentum and the end of a policy that has them', () => {
    const cycle = '{ "type": "OneCycleLR", "maxLr": 0.1, "totalSteps": 12 }';
    const { momentum, failure } = curve(`[${cycle}, ${plateau}]`, { metric: () => 1 });
    const alone = curve(cycle);
    expect(momentum).toEqual(alone.momentum);
    expect(failure?.step).toBe(12);
  });

  it('ignores the metric for a policy that watches none', () => {
    const exponential = '{ "type": "ExponentialLR", "gamma": 0.9 }';
    expect(curve(exponential, { metric: () => NaN }).lr).toEqual(curve(exponential).lr);
  });
});
