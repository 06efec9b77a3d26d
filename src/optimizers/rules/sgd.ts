import { add, mul, sub } from '@tensorflow/tfjs-core';

import { Optimizer } from '../optimizer.js';
import type { SgdOptions } from '../options.js';
import { defaultsOf } from '../options.js';
import type { GivenWeights, GroupOf } from '../parameter.js';
import type { Coefficients, Rule } from './rule.js';

/** A param group of {@link SGD}. */
export type SgdGroup = GroupOf<SgdOptions>;

type OwnCoefficients = Coefficients & Record<'weightDecay' | 'fresh' | 'nesterov', number>;

const rule: Rule<SgdOptions, OwnCoefficients, 'momentum_buffer'> = {
  type: 'SGD',
  defaults: defaultsOf('SGD'),
  slots: ['momentum_buffer'],
  countsSteps: false,
  slotsOf: ({ momentum }) => (momentum === 0 ? [] : ['momentum_buffer']),

  coefficientsOf: ({ lr, momentum, weightDecay, dampening, nesterov }, { begun }) => ({
    lr,
    momentum,
    weightDecay,
    // The buffer starts as the gradient itself, without dampening.
    fresh: begun.has('momentum_buffer') ? 1 - dampening : 1,
    nesterov: Number(nesterov),
  }),

  update(weight, raw, { lr, momentum, weightDecay, fresh, nesterov }, state) {
    const gradient = weightDecay === 0 ? raw : add(raw, mul(weight, weightDecay));
    if (momentum === 0) return sub(weight, mul(gradient, lr));
    state.momentum_buffer = add(mul(state.momentum_buffer, momentum), mul(gradient, fresh));
    const direction = nesterov ? add(gradient, mul(state.momentum_buffer, momentum)) : state.momentum_buffer;
    return sub(weight, mul(direction, lr));
  },

  wgsl: `
    if (coefficients.weightDecay != 0.0) { gradient += coefficients.weightDecay * weight; }
    if (coefficients.momentum != 0.0) {
      let buffer = coefficients.momentum * momentum_buffer[i] + coefficients.fresh * gradient;
      momentum_buffer[i] = buffer;
      gradient = select(buffer, gradient + coefficients.momentum * buffer, coefficients.nesterov != 0.0);
    }
    weight -= coefficients.lr * gradient;`,
};

/**
 * Stochastic gradient descent with momentum: g ← g + weightDecay·p; b ← momentum·b + (1 − dampening)·g, starting as g;
 * p ← p − lr·b, or p − lr·(g + momentum·b) with nesterov. While momentum is 0 the buffer stays unchanged.
 *
 * Follows torch/optim/sgd.py, class SGD.
 */
export class SGD extends Optimizer<SgdGroup> {
  constructor(weights: GivenWeights<SgdOptions>, options: SgdOptions = {}) {
    super(rule, weights, options);
  }
}
