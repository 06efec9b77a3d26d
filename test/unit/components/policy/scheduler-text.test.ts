import { describe, expect, it } from 'vitest';
import {
  policyName,
  policyText,
  schedulerText,
} from '../../../../components/internal/policy/scheduler-text.js';
import { en } from '../../../../components/locales/en.js';
import { zhCn } from '../../../../components/locales/zh-cn.js';
import type { SchedulerSpec } from '../../../../src/policy/index.js';

const linear = { type: 'LinearLR', totalIters: 5 } as const;
const exponential = { type: 'ExponentialLR', gamma: 0.9 } as const;

describe('a scheduler in one line', () => {
  it('uses PyTorch’s names', () => {
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

  it('joins schedulers that act one after another by ▸', () => {
    const sequence: SchedulerSpec = {
      type: 'SequentialLR',
      schedulers: [linear, exponential],
      milestones: [5],
    };
    expect(schedulerText(sequence)).toBe('SequentialLR(LinearLR(total_iters=5) ▸ ExponentialLR(gamma=0.9))');
    expect(policyName([{ scheduler: sequence }])).toBe('LinearLR ▸ ExponentialLR');
  });

  it('joins schedulers that act together by +, as a chain and as entries of a policy', () => {
    const chain: SchedulerSpec = { type: 'ChainedScheduler', schedulers: [linear, exponential] };
    const entries = [{ scheduler: linear }, { scheduler: exponential }];
    expect(schedulerText(chain)).toBe('ChainedScheduler(LinearLR(total_iters=5) + ExponentialLR(gamma=0.9))');
    expect(policyText(entries)).toBe('LinearLR(total_iters=5) + ExponentialLR(gamma=0.9)');
    expect(policyName([{ scheduler: chain }])).toBe('LinearLR + ExponentialLR');
    expect(policyName(entries)).toBe('LinearLR + ExponentialLR');
  });

  it.each([en, zhCn])(
    'joins them by + in the cards of the builder and in the names of the presets: $$name',
    (terms) => {
      const { build } = terms.panel;
      expect([build.with, build.addWith]).toEqual([
        expect.stringMatching(/^\+ /),
        expect.stringMatching(/^\+ /),
      ]);
      // A factor is a number after ×; what acts together is joined by +.
      expect(Object.values(terms.presets).filter(({ name }) => /×(?! ?[\d.])/.test(name))).toEqual([]);
    },
  );
});
