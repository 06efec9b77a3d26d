import { describe, expect, it } from 'vitest';
import { batchIndices, batchOrder } from '../../../src/data/index.js';
import { refusalOf } from '../expect-refusal.js';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('batchOrder', () => {
  it('visits every image once', () => {
    expect([...batchOrder(1, 0, 1000)].sort((a, b) => a - b)).toEqual(numbers(1000));
  });

  it('is the same for the same seed and epoch', () => {
    expect(batchOrder(42, 3, 100)).toEqual(batchOrder(42, 3, 100));
  });

  it('differs between seeds and between epochs', () => {
    const order = batchOrder(42, 3, 100);
    expect(batchOrder(43, 3, 100)).not.toEqual(order);
    expect(batchOrder(42, 4, 100)).not.toEqual(order);
    expect(batchOrder(3, 42, 100)).not.toEqual(order);
    expect(batchOrder(42 + 2 ** 32, 3, 100)).not.toEqual(order);
  });

  it('has the recorded order on every machine', () => {
    expect([...batchOrder(0, 0, 10)]).toEqual([2, 0, 8, 7, 5, 4, 6, 9, 3, 1]);
    expect([...batchOrder(7, 5, 10)]).toEqual([4, 6, 8, 0, 9, 5, 1, 2, 3, 7]);
  });

  it('puts every image at every position about equally often', () => {
    const seen = numbers(5).map(() => numbers(5).map(() => 0));
    for (let epoch = 0; epoch < 5000; epoch++) {
      for (const [place, image] of batchOrder(9, epoch, 5).entries()) seen[place][image]++;
    }
    for (const count of seen.flat()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it('accepts a negative seed and refuses one that is not a whole number', () => {
    expect(batchOrder(-1, 0, 10)).toHaveLength(10);
    expect(refusalOf(() => batchOrder(0.5, 0, 10))).toMatchObject({
      code: 'invalid-seed',
      received: '0.5',
    });
  });
});

describe('batchIndices', () => {
  const request = { seed: 5, batchSize: 16, count: 100 };

  it('takes the batches of an epoch from its order, one after the other', () => {
    const epoch = numbers(6).flatMap((step) => [...batchIndices({ ...request, step })]);
    expect(epoch).toEqual([...batchOrder(5, 0, 100).subarray(0, 96)]);
  });

  it('drops the last partial batch and continues with the next epoch', () => {
    expect(batchIndices({ ...request, step: 6 })).toEqual(batchOrder(5, 1, 100).slice(0, 16));
    expect(batchIndices({ ...request, step: 13 })).toEqual(batchOrder(5, 2, 100).slice(16, 32));
  });

  it('gives the same batch after any other calls', () => {
    const before = batchIndices({ ...request, step: 3 });
    for (let step = 0; step < 200; step += 7) batchIndices({ ...request, step });
    expect(batchIndices({ ...request, step: 3 })).toEqual(before);
  });

  it('does not change when a caller changes an earlier result', () => {
    const before = [...batchIndices({ ...request, step: 2 })];
    batchIndices({ ...request, step: 2 }).fill(0);
    expect([...batchIndices({ ...request, step: 2 })]).toEqual(before);
  });

  it('ends an epoch after fewer steps if that is requested', () => {
    expect(batchIndices({ ...request, step: 4, stepsPerEpoch: 1 })).toEqual(
      batchOrder(5, 4, 100).slice(0, 16),
    );
    expect(batchIndices({ ...request, step: 5, stepsPerEpoch: 2 })).toEqual(
      batchOrder(5, 2, 100).slice(16, 32),
    );
  });

  it('takes the whole training set as one batch', () => {
    expect(batchIndices({ seed: 5, step: 1, batchSize: 100, count: 100 })).toEqual(batchOrder(5, 1, 100));
  });

  it.each([0, -1, 1.5, 101, NaN])('refuses a batch of %d out of 100 images', (batchSize) => {
    expect(refusalOf(() => batchIndices({ ...request, batchSize, step: 0 }))).toMatchObject({
      code: 'batch-size',
      received: String(batchSize),
      accepted: 'a whole number from 1 to 100',
    });
  });

  it.each([0, 7, 0.5])('refuses an epoch of %d steps if the images hold six', (stepsPerEpoch) => {
    expect(refusalOf(() => batchIndices({ ...request, step: 0, stepsPerEpoch }))).toMatchObject({
      code: 'steps-per-epoch',
      received: String(stepsPerEpoch),
      accepted: 'a whole number from 1 to 6',
    });
  });
});
