import { describe, expect, it } from 'vitest';
import { setsOwnRates } from '../../../../components/internal/policy/own-rates.js';
import { normalisePolicy, type PolicyInput, presetOf } from '../../../../src/policy/index.js';

const oneCycle = { type: 'OneCycleLR', maxLr: 0.1, totalSteps: 100 } as const;
const cyclic = { type: 'CyclicLR', baseLr: 0.001, maxLr: 0.1 } as const;
const warmup = { type: 'LinearLR', totalIters: 10 } as const;
const cosine = { type: 'CosineAnnealingLR', tMax: 90 } as const;
const sequence = (...schedulers: object[]): PolicyInput =>
  [{ scheduler: { type: 'SequentialLR', schedulers, milestones: [10] } }] as unknown as PolicyInput;

describe('a policy that sets its own rates', () => {
  it.each<[string, PolicyInput]>([
    ['is OneCycleLR', oneCycle],
    ['is CyclicLR', { ...cyclic, cycleMomentum: false }],
    ['has one in the place that counts', sequence(cyclic, cosine)],
    ['adds one to another', [{ scheduler: warmup }, { scheduler: oneCycle }]],
    ['has a list of rates, one for each param group', { ...oneCycle, maxLr: [0.1, 0.2] }],
  ])('%s', (_, policy) => expect(setsOwnRates(normalisePolicy(policy))).toBe(true));

  it.each<[string, PolicyInput]>([
    ['is empty', []],
    ['scales the rate that it finds', cosine],
    ['begins with a warmup', sequence(warmup, { ...cyclic, cycleMomentum: false })],
    ['follows a formula', { type: 'LambdaLR', lrLambda: '0.9 ** epoch' }],
    ['waits for a metric', { type: 'ReduceLROnPlateau' }],
  ])('is not one that %s', (_, policy) => expect(setsOwnRates(normalisePolicy(policy))).toBe(false));

  it.each([
    ['one-cycle', true],
    ['step-decay', false],
  ] as const)('names the preset %s: %s', (id, own) => {
    const policy = presetOf(id)!.policy({ steps: 100, stepsPerEpoch: 10, epochs: 10, lr: 0.1 });
    expect(setsOwnRates(policy)).toBe(own);
  });
});
