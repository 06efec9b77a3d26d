import { describe, expect, it } from 'vitest';
import { schedulerText } from '../../../../components/internal/policy/scheduler-text.js';

describe('a scheduler in one line', () => {
  it('has PyTorch’s names', () => {
    expect(schedulerText({ type: 'CosineAnnealingLR', tMax: 50, etaMin: 1e-5 })).toBe(
      'CosineAnnealingLR(T_max=50, eta_min=0.00001)',
    );
    expect(schedulerText({ type: 'MultiStepLR', milestones: [30, 80], gamma: 0.1 })).toBe(
      'MultiStepLR(milestones=[30, 80], gamma=0.1)',
    );
    expect(schedulerText({ type: 'LambdaLR', lrLambda: '0.95 ** epoch' })).toBe(
      'LambdaLR(lr_lambda="0.95 ** epoch")',
    );
  });

  it('joins one-after-the-other by ▸ and all-at-once by ×', () => {
    const schedulers = [
      { type: 'LinearLR', totalIters: 5 },
      { type: 'ExponentialLR', gamma: 0.9 },
    ] as const;
    expect(schedulerText({ type: 'SequentialLR', schedulers: [...schedulers], milestones: [5] })).toBe(
      'SequentialLR(LinearLR(total_iters=5) ▸ ExponentialLR(gamma=0.9))',
    );
    expect(schedulerText({ type: 'ChainedScheduler', schedulers: [...schedulers] })).toBe(
      'ChainedScheduler(LinearLR(total_iters=5) × ExponentialLR(gamma=0.9))',
    );
  });
});
