import * as tf from '@tensorflow/tfjs';

import type { OptimizerGroup, ParameterGroup } from './optimizer.js';
import { Optimizer, replace } from './optimizer.js';
import type { SgdOptions } from './options.js';

/** A param group of {@link SGD}. */
export interface SgdGroup extends OptimizerGroup, Required<SgdOptions> {}

/** The momentum buffer of a parameter. It does not contain the learning rate. */
interface SgdState {
  momentumBuffer?: tf.Tensor;
}

/**
 * Stochastic gradient descent with momentum: g ← g + weightDecay·p; b ← momentum·b + (1 − dampening)·g, starting as g;
 * p ← p − lr·b, or p − lr·(g + momentum·b) with nesterov. While momentum is 0 the buffer rests untouched.
 *
 * Follows torch/optim/sgd.py, class SGD.
 */
export class SGD extends Optimizer<SgdGroup, SgdState> {
  constructor(
    groups: readonly ParameterGroup<SgdOptions>[],
    { lr, momentum = 0, dampening = 0, weightDecay = 0, nesterov = false }: SgdOptions,
  ) {
    super(groups.map((group) => ({ lr, momentum, dampening, weightDecay, nesterov, ...group })));
  }

  protected override updateOf(group: SgdGroup) {
    const lr = tf.scalar(group.lr);
    const momentum = tf.scalar(group.momentum);
    const fresh = tf.scalar(1 - group.dampening);
    const weightDecay = tf.scalar(group.weightDecay);

    return (variable: tf.Variable, raw: tf.Tensor, state: SgdState = {}) => {
      const gradient = group.weightDecay === 0 ? raw : raw.add(variable.mul(weightDecay));
      let direction = gradient;
      if (group.momentum !== 0) {
        const { momentumBuffer } = state;
        const weighted = group.dampening === 0 ? gradient : gradient.mul(fresh);
        const next = momentumBuffer ? momentumBuffer.mul(momentum).add(weighted) : gradient.clone();
        state.momentumBuffer = replace(momentumBuffer, next);
        direction = group.nesterov ? gradient.add(next.mul(momentum)) : next;
      }
      return { value: variable.sub(direction.mul(lr)), state };
    };
  }

  protected override disposeState({ momentumBuffer }: SgdState): void {
    momentumBuffer?.dispose();
  }
}
