/** tf.js's optimizers, and one weight with a known gradient for them to work on. */
import * as tf from '@tensorflow/tfjs';

export interface OptimizerCase {
  readonly name: string;
  readonly create: (lr: number) => tf.Optimizer;
}

/** Every optimizer of `tf.train`. */
export const everyOptimizer: readonly OptimizerCase[] = [
  { name: 'sgd', create: (lr) => tf.train.sgd(lr) },
  { name: 'momentum', create: (lr) => tf.train.momentum(lr, 0.9) },
  { name: 'momentum with nesterov', create: (lr) => tf.train.momentum(lr, 0.9, true) },
  { name: 'adam', create: (lr) => tf.train.adam(lr) },
  { name: 'adamax', create: (lr) => tf.train.adamax(lr) },
  { name: 'rmsprop', create: (lr) => tf.train.rmsprop(lr) },
  { name: 'centered rmsprop', create: (lr) => tf.train.rmsprop(lr, 0.9, 0, 1e-3, true) },
  { name: 'adagrad', create: (lr) => tf.train.adagrad(lr) },
  { name: 'adadelta', create: (lr) => tf.train.adadelta(lr) },
];

/**
 * The sizes of updates, one for each gradient, in full float32 precision: the weight is reset to 0 after each.
 * `before` is called before the update of that index.
 */
export function updatesOf(
  optimizer: tf.Optimizer,
  gradients: readonly number[],
  before: (index: number) => void = () => undefined,
): number[] {
  const weight = tf.variable(tf.scalar(0));
  const updates = gradients.map((value, index) => {
    before(index);
    tf.tidy(() => optimizer.applyGradients({ [weight.name]: tf.scalar(value) }));
    const [update] = weight.dataSync();
    tf.tidy(() => weight.assign(tf.scalar(0)));
    return -update;
  });
  weight.dispose();
  return updates;
}
