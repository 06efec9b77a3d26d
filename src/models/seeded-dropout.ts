/**
 * Dropout whose masks depend on (seed, step, layer, index), so that a run can be replayed and forked: tf.js's own seeded
 * dropout repeats one mask at every step, and its unseeded one never repeats any.
 */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

/** The seed and step of a mask; shared by all dropout layers of a model, and set before each step. */
export interface DropoutClock {
  seed: number;
  step: number;
  /** Makes a mask on the device, equal to {@link dropoutMask} bit for bit; without it masks are made here and uploaded. */
  deviceMask?: (layer: number, shape: number[], rate: number) => tf.Tensor;
}

/** A well-mixed 32-bit hash of one word (the finalizer of MurmurHash3). */
function mix(word: number): number {
  let hash = word | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The key of a mask from seed and step, one 32-bit word. */
export const dropoutStepKey = ({ seed, step }: DropoutClock): number => mix(mix(seed) + step);

/**
 * The multipliers of one layer at one step: 0 with probability `rate`, otherwise 1 / (1 - rate).
 *
 * @param size number of elements, batch included
 * @returns `size` float32 values
 */
export function dropoutMask(clock: DropoutClock, layer: number, size: number, rate: number): Float32Array {
  const key = mix(dropoutStepKey(clock) + layer);
  const threshold = rate * 2 ** 32;
  const kept = keptMultiplier(rate);
  const mask = new Float32Array(size);
  for (let index = 0; index < size; index++)
    mask[index] = mix(key + Math.imul(index, 0x9e3779b9)) < threshold ? 0 : kept;
  return mask;
}

/** The multiplier of a kept element, so that the mean does not change; 0 if none is kept. */
const keptMultiplier = (rate: number): number => (rate < 1 ? 1 / (1 - rate) : 0);

interface SeededDropoutConfig extends tf.serialization.ConfigDict {
  rate: number;
  layer: number;
}

/** The dropout layer of every model; `layer` is its number among the dropout layers of the model. */
export class SeededDropout extends tfl.layers.Layer {
  static readonly className = 'SeededDropout';
  private readonly rate: number;
  private readonly layer: number;
  private clock: DropoutClock = { seed: 0, step: 0 };

  constructor(config: SeededDropoutConfig & { name?: string }) {
    super(config);
    this.rate = config.rate;
    this.layer = config.layer;
    this.supportsMasking = true;
  }

  /** Makes the masks follow a run's clock. */
  follow(clock: DropoutClock): void {
    this.clock = clock;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], options: { training?: boolean }): tf.Tensor {
    const input = Array.isArray(inputs) ? inputs[0] : inputs;
    if (!options.training || this.rate === 0) return input;
    return tf.tidy(() => tf.mul(input, this.mask(input)));
  }

  private mask({ shape, size }: tf.Tensor): tf.Tensor {
    const { clock, layer, rate } = this;
    return clock.deviceMask?.(layer, shape, rate) ?? tf.tensor(dropoutMask(clock, layer, size, rate), shape);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.rate, layer: this.layer };
  }
}

tf.serialization.registerClass(SeededDropout);
