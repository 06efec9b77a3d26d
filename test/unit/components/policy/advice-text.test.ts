import { describe, expect, it } from 'vitest';
import { adviceText, fixText } from '../../../../components/internal/policy/advice-text.js';
import { en } from '../../../../components/locales/en.js';
import type { Terms } from '../../../../components/locales/terms.js';
import { zhCn } from '../../../../components/locales/zh-cn.js';
import { advisePolicy, normalisePolicy, type PolicyInput } from '../../../../src/policy/index.js';

const plan = { steps: 1116, stepsPerEpoch: 93, epochs: 12 };
const grouped = (value: number): string => value.toLocaleString('en');

/** The first piece of advice on a policy, and the label of its fix. */
function said(input: PolicyInput, terms: Terms = en, lr?: number): [string, string | undefined] {
  const policy = normalisePolicy(input);
  const [advice] = advisePolicy(policy, plan, { lr });
  return [adviceText(advice, terms, grouped), fixText(policy, advice, terms)];
}

describe('advice', () => {
  it('says what happens and when, and what its click does', () => {
    const halfway: PolicyInput = { type: 'CosineAnnealingLR', tMax: 6 };
    expect(said(halfway)).toEqual(['T_max is 6: the rate rises again after epoch 6.', 'Set T_max to 12']);
    expect(said(halfway, zhCn)).toEqual([
      'T_max 为 6：第 6 个 epoch 之后学习率会重新升高。',
      '将 T_max 设为 12',
    ]);
  });

  it('counts in epochs or in steps, as the entry does', () => {
    const scheduler = { type: 'CosineAnnealingLR', tMax: 4000 } as const;
    expect(said({ scheduler, interval: 'step' })[0]).toBe(
      'T_max is 4000, but there are only 1,116 steps: the curve is cut short.',
    );
    expect(said(scheduler)[0]).toBe('T_max is 4000, but there are only 12 epochs: the curve is cut short.');
  });

  it('names the interval where the fix changes it', () => {
    expect(said({ scheduler: { type: 'ExponentialLR', gamma: 0.9 }, interval: 'step' })).toEqual([
      'After step 66 the rate is below a thousandth of its start.',
      'Step after every epoch',
    ]);
    expect(said({ type: 'OneCycleLR', maxLr: 0.1, totalSteps: 12 })).toEqual([
      'OneCycleLR is meant to step after every batch, not every epoch.',
      'Step after every batch',
    ]);
  });

  it('names a changed list, and says of several changes only what they are for', () => {
    expect(said({ type: 'MultiStepLR', milestones: [30, 80] })[1]).toBe('Set milestones to 4, 10');
    const sequence: PolicyInput = {
      type: 'SequentialLR',
      schedulers: [
        { type: 'LinearLR', totalIters: 20 },
        { type: 'CosineAnnealingLR', tMax: 80 },
      ],
      milestones: [20],
    };
    expect(said(sequence)).toEqual([
      'CosineAnnealingLR never starts: its milestone is 20, but there are only 12 epochs.',
      'Fit it to the run',
    ]);
  });

  it('names the parameter that changes inside a composite', () => {
    const inside: PolicyInput = {
      type: 'ChainedScheduler',
      schedulers: [
        { type: 'ConstantLR', factor: 1 },
        { type: 'StepLR', stepSize: 30 },
      ],
    };
    expect(said(inside)[1]).toBe('Set step_size to 4');
  });

  it('offers no click where none corrects it', () => {
    expect(said([], en, 12)).toEqual([
      'The rate reaches 12. Above 10, training usually diverges.',
      undefined,
    ]);
  });
});
