import { describe, expect, it } from 'vitest';
import { previewDraft } from '../../../../components/internal/policy/preview-draft.js';
import { normalisePolicy } from '../../../../src/policy/index.js';

const plan = { steps: 6, stepsPerEpoch: 2, epochs: 3 };
const sgd = { type: 'SGD', lr: 0.1 } as const;

describe('the preview of a draft', () => {
  it('holds the rate of every update of the run', () => {
    const policy = normalisePolicy({ type: 'ExponentialLR', gamma: 0.5 });
    expect(previewDraft(policy, 0.8, plan, sgd)).toEqual({
      lr: Float64Array.of(0.8, 0.8, 0.4, 0.4, 0.2, 0.2),
      lowest: 0.2,
      highest: 0.8,
      needsLoss: false,
      isWhole: true,
      stops: undefined,
    });
  });

  it('is level without a scheduler', () => {
    expect(previewDraft([], 0.1, plan, sgd)).toMatchObject({ lowest: 0.1, highest: 0.1 });
  });
});
