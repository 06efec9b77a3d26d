import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { InputError } from '../errors.js';
import { seededGenerator, streams } from './seeded-generator.js';

/**
 * The order in which an epoch visits the training images: a permutation of `0` to `count - 1` that depends on the seed
 * and the epoch alone, so any epoch is available without those before it.
 *
 * @throws InputError `invalid-seed` if the seed is not a whole number.
 */
export function batchOrder(seed: number, epoch: number, count: number): Uint32Array {
  const generator = seededGenerator(seed, streams.batchOrder, epoch);
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const chosen = uniformInt(generator, 0, last);
    const moved = order[last];
    order[last] = order[chosen]!;
    order[chosen] = moved;
  }
  return order;
}

/** Identifies a batch. */
export interface BatchRequest {
  seed: number;
  /** The global step, counted from 0 over all epochs. */
  step: number;
  /** Images in a batch. */
  batchSize: number;
  /** Images in the training set. */
  count: number;
  /** Steps of an epoch; as many full batches as the training set holds, or fewer. */
  stepsPerEpoch?: number;
}

/** What decides the length of an epoch. */
type EpochRequest = Pick<BatchRequest, 'batchSize' | 'count' | 'stepsPerEpoch'>;

/**
 * The steps of an epoch; the last, partial batch is dropped.
 *
 * @throws InputError `batch-size` if the batch is not a whole number from 1 to `count`, `steps-per-epoch` if an epoch
 *   would need more full batches than the training set holds.
 */
export function stepsOfEpoch({ batchSize, count, stepsPerEpoch }: EpochRequest): number {
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > count) {
    throw new InputError({
      code: 'batch-size',
      path: 'batchSize',
      message: `A batch of ${batchSize} cannot be taken from ${count} training images; accepted: 1 to ${count}.`,
      received: String(batchSize),
      accepted: `a whole number from 1 to ${count}`,
    });
  }
  const fullBatches = Math.floor(count / batchSize);
  const steps = stepsPerEpoch ?? fullBatches;
  if (!Number.isInteger(steps) || steps < 1 || steps > fullBatches) {
    throw new InputError({
      code: 'steps-per-epoch',
      path: 'stepsPerEpoch',
      message: `An epoch of ${steps} steps is not possible: ${count} images hold ${fullBatches} batches of ${batchSize}.`,
      received: String(steps),
      accepted: `a whole number from 1 to ${fullBatches}`,
    });
  }
  return steps;
}

/**
 * The image indices of one global step, `batchSize` of them, as a fresh array.
 *
 * @throws InputError as {@link stepsOfEpoch} does
 */
export function batchIndices({ seed, step, ...request }: BatchRequest): Uint32Array {
  const { batchSize, count } = request;
  const steps = stepsOfEpoch(request);
  const epoch = Math.floor(step / steps);
  const start = (step - epoch * steps) * batchSize;
  return recentOrder(seed, epoch, count).slice(start, start + batchSize);
}

/** The orders of the last few epochs: runs in different epochs alternate. */
const recentOrders = new Map<string, Uint32Array>();
const ordersKept = 8;

function recentOrder(seed: number, epoch: number, count: number): Uint32Array {
  const key = `${seed} ${epoch} ${count}`;
  const order = recentOrders.get(key) ?? batchOrder(seed, epoch, count);
  recentOrders.delete(key);
  recentOrders.set(key, order);
  if (recentOrders.size > ordersKept) {
    for (const oldest of recentOrders.keys()) {
      recentOrders.delete(oldest);
      break;
    }
  }
  return order;
}
