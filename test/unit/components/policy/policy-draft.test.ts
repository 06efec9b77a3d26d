import { describe, expect, it } from 'vitest';
import {
  draftOfCode,
  draftOfPolicy,
  draftOfText,
  draftOfTree,
  intervalOf,
  textOfDraft,
  treeOfDraft,
} from '../../../../components/internal/policy/policy-draft.js';
import { withValue } from '../../../../components/internal/policy/policy-tree.js';
import { fromPyTorch, normalisePolicy, type Policy } from '../../../../src/policy/index.js';

const perEpoch = normalisePolicy({ type: 'StepLR', stepSize: 3 });
const perStep = normalisePolicy({ scheduler: { type: 'StepLR', stepSize: 3 }, interval: 'step' });

const textOf = (policy: Policy) => textOfDraft(draftOfPolicy(policy))!;

describe('a policy draft', () => {
  it('keeps an invalid text and reports its errors', () => {
    const draft = draftOfText('[{ "type": "StepLR", ');
    expect(textOfDraft(draft)).toBe('[{ "type": "StepLR", ');
    expect(draft.policy).toBeUndefined();
    expect(treeOfDraft(draft)).toBeUndefined();
    expect(draft.issues.map(({ code }) => code)).toEqual(['syntax']);
  });

  it('keeps invalid cards and reports their errors with paths', () => {
    const tree = withValue(treeOfDraft(draftOfPolicy(perEpoch))!, [0, 'scheduler', 'stepSize'], '3x');
    const draft = draftOfTree(tree);
    expect(treeOfDraft(draft)).toBe(tree);
    expect(draft.policy).toBeUndefined();
    expect(draft.issues.map(({ path }) => path)).toEqual([[0, 'scheduler', 'stepSize']]);
    expect(textOfDraft(draft)).toContain('"3x"');
  });

  it('reads PyTorch code, and reports the line of an error', () => {
    const code = 'scheduler = StepLR(optimizer, step_size=3)';
    expect(
      draftOfCode(fromPyTorch, `optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\n${code}`).policy,
    ).toEqual(perEpoch);
    expect(draftOfCode(fromPyTorch, 'x = 1\nscheduler = StepLR(').issues[0].line).toBe(2);
  });

  it('is the same policy after printing and reading', () => {
    for (const policy of [perEpoch, perStep, [], [...perEpoch, ...perStep]]) {
      expect(draftOfText(textOf(policy)).policy).toEqual(policy);
    }
  });

  it('always shows the interval, and a frequency only if it is not 1', () => {
    expect(textOf(perEpoch)).toContain('"interval": "epoch"');
    expect(textOf(perEpoch)).not.toContain('frequency');
    expect(textOf([{ ...perEpoch[0], frequency: 2 }])).toContain('"frequency": 2');
  });
});

describe('the interval of a policy', () => {
  it('is the interval of all its entries, or mixed, or undefined', () => {
    expect(intervalOf(perEpoch)).toBe('epoch');
    expect(intervalOf(perStep)).toBe('step');
    expect(intervalOf([...perEpoch, ...perStep])).toBe('mixed');
    expect(intervalOf([])).toBeUndefined();
  });
});
