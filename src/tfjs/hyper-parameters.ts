/**
 * How each optimizer of tf.js 4.22 keeps its hyper-parameters, and how to change them so that the next update uses them.
 *
 * Most are plain numbers that each update reads. SGD and Momentum read tensors instead, made once from the numbers, and an
 * assignment to the number has no effect. Adam and Adamax correct their bias with a running product of their betas.
 *
 * Source: tfjs-core/src/optimizers.
 */
import * as tf from '@tensorflow/tfjs-core';

/** The fields of tf.js's optimizers that are used here; tf.js declares most of them protected. */
export interface OptimizerInternals {
  readonly iterations: number;
  learningRate: number;
  /** SGD and Momentum: replaces the tensor that holds the negative learning rate. */
  setLearningRate?: (learningRate: number) => void;
  /** Momentum and RMSProp. */
  momentum?: number;
  /** Momentum: the tensor that holds it. */
  m?: tf.Scalar;
  /** Adam and Adamax. */
  beta1?: number;
  beta2?: number;
  /** Adam and Adamax: beta1 to the power of the number of the next update. */
  accBeta1?: tf.Variable;
  /** Adam: the same for beta2. */
  accBeta2?: tf.Variable;
}

/** A property that reads and writes an optimizer; copies of the group include it. */
interface LiveProperty<Value> {
  readonly enumerable: true;
  readonly get: () => Value;
  readonly set: (value: Value) => void;
}

/**
 * The learning rate. Reading it also puts into effect what was assigned to `learningRate` of SGD or Momentum, so that
 * the rate that is read is the rate of the next update.
 */
export function lrOf(optimizer: OptimizerInternals): LiveProperty<number> {
  let used = NaN;
  const set = (lr: number): void => {
    if (optimizer.setLearningRate) optimizer.setLearningRate(lr);
    else optimizer.learningRate = lr;
    used = lr;
  };
  const get = (): number => {
    if (optimizer.learningRate !== used) set(optimizer.learningRate);
    return optimizer.learningRate;
  };
  return { enumerable: true, get, set };
}

/** The momentum of Momentum and RMSProp. */
export function momentumOf(optimizer: OptimizerInternals): LiveProperty<number> {
  return {
    enumerable: true,
    get: () => optimizer.momentum ?? 0,
    set: (momentum) => {
      optimizer.momentum = momentum;
      if (!optimizer.m) return;
      optimizer.m.dispose();
      optimizer.m = tf.keep(tf.scalar(momentum));
    },
  };
}

/**
 * The betas of Adam and Adamax.
 *
 * A change also sets the bias correction, to the one that PyTorch makes in its step t: 1 − beta ** t with the present
 * beta (`torch/optim/adam.py, _single_tensor_adam`). tf.js by itself would continue with the product of all earlier betas.
 */
export function betasOf(optimizer: OptimizerInternals): LiveProperty<[number, number]> {
  return {
    enumerable: true,
    // A tuple, as in PyTorch: a change in place could not reach the optimizer, so it fails.
    get: () =>
      Object.freeze<[number, number]>([optimizer.beta1 ?? 0, optimizer.beta2 ?? 0]) as [number, number],
    set: ([beta1, beta2]) => {
      const next = optimizer.iterations + 1;
      if (beta1 !== optimizer.beta1) assignPower(optimizer.accBeta1, beta1, next);
      if (beta2 !== optimizer.beta2) assignPower(optimizer.accBeta2, beta2, next);
      optimizer.beta1 = beta1;
      optimizer.beta2 = beta2;
    },
  };
}

function assignPower(variable: tf.Variable | undefined, base: number, exponent: number): void {
  if (variable) tf.tidy(() => variable.assign(tf.scalar(base ** exponent)));
}
