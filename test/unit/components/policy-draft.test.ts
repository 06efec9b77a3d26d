import { describe, expect, it } from 'vitest';
import {
  draftOfPolicy,
  draftOfText,
  intervalOf,
  isSamePolicy,
  withInterval,
} from '../../../components/internal/policy-draft.js';
import { normalisePolicy } from '../../../src/policy/index.js';

const perEpoch = normalisePolicy({ type: 'StepLR', stepSize: 3 });
const perStep = normalisePolicy({ scheduler: { type: 'StepLR', stepSize: 3 }, interval: 'step' });

describe('a policy draft', () => {
  it('keeps a text with faults as it is and tells them', () => {
    const draft = draftOfText('[{ "type": "StepLR", ');
    expect(draft.text).toBe('[{ "type": "StepLR", ');
    expect(draft.policy).toBeUndefined();
    expect(draft.issues.map(({ code }) => code)).toEqual(['syntax']);
  });

  it('written out and read again is the same policy', () => {
    for (const policy of [perEpoch, perStep, [], [...perEpoch, ...perStep]]) {
      expect(draftOfText(draftOfPolicy(policy).text).policy).toEqual(policy);
    }
  });

  it('always shows the interval, and a frequency only where it matters', () => {
    expect(draftOfPolicy(perEpoch).text).toContain('"interval": "epoch"');
    expect(draftOfPolicy(perEpoch).text).not.toContain('frequency');
    expect(draftOfPolicy([{ ...perEpoch[0], frequency: 2 }]).text).toContain('"frequency": 2');
  });
});

describe('the interval of a policy', () => {
  it('is that of all its entries, or mixed, or none', () => {
    expect(intervalOf(perEpoch)).toBe('epoch');
    expect(intervalOf(perStep)).toBe('step');
    expect(intervalOf([...perEpoch, ...perStep])).toBe('mixed');
    expect(intervalOf([])).toBeUndefined();
  });

  it('can be changed for all entries, which changes nothing else', () => {
    expect(isSamePolicy(withInterval(perEpoch, 'step'), perStep)).toBe(true);
    expect(intervalOf(withInterval([...perEpoch, ...perStep], 'epoch'))).toBe('epoch');
  });
});
