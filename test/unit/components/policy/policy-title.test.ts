import { describe, expect, it } from 'vitest';
import { policyTitle } from '../../../../components/internal/policy/policy-title.js';
import { en } from '../../../../components/locales/en.js';
import { zhCn } from '../../../../components/locales/zh-cn.js';
import { normalisePolicy, planFrom, presetOf, presets } from '../../../../src/policy/index.js';

const plan = { steps: 1116, stepsPerEpoch: 93, epochs: 12, lr: 0.1 };
const rest = { ...planFrom(plan, 372), lr: 0.1 };

describe('the title of a policy', () => {
  it('is the name of its preset, in either language', () => {
    const policy = presetOf('one-cycle')!.policy(plan);
    expect(policyTitle(policy, [plan], en)).toBe('One cycle');
    expect(policyTitle(policy, [plan], zhCn)).toBe('单周期');
  });

  it('is the name of a preset that is fitted to what was left', () => {
    const policy = presetOf('cosine')!.policy(rest);
    expect(policyTitle(policy, [rest, plan], en)).toBe('Cosine');
    expect(policyTitle(policy, [plan], en)).toBe('CosineAnnealingLR');
  });

  it('does not depend on defaults that are written out', () => {
    const policy = normalisePolicy({ type: 'CosineAnnealingLR', tMax: 12, etaMin: 0 });
    expect(policyTitle(policy, [plan], en)).toBe('Cosine');
  });

  it('is that of its schedulers for a policy that is not a preset', () => {
    const policy = normalisePolicy([{ type: 'StepLR', stepSize: 5 }, { type: 'ReduceLROnPlateau' }]);
    expect(policyTitle(policy, [plan], en)).toBe('StepLR + ReduceLROnPlateau');
    expect(policyTitle(policy, [plan], zhCn)).toBe('StepLR + ReduceLROnPlateau');
  });

  it('of no scheduler at all is that of the constant rate', () => {
    expect(policyTitle([], [plan], en)).toBe('Constant');
  });

  it('tells the presets apart', () => {
    const titles = presets.map((preset) => policyTitle(preset.policy(plan), [plan], en));
    expect(titles).toEqual(presets.map(({ id }) => en.presets[id].name));
    expect(new Set(titles).size).toBe(presets.length);
  });
});
