import { add, div, maximum, mul, sqrt, square, sub } from '@tensorflow/tfjs-core';

import { Optimizer } from '../optimizer.js';
import type { RmspropOptions } from '../options.js';
import { defaultsOf } from '../options.js';
import type { GivenWeights, GroupOf } from '../parameter.js';
import type { Coefficients, Rule } from './rule.js';

/** A param group of {@link RMSprop}. */
export type RmspropGroup = GroupOf<RmspropOptions>;

type OwnCoefficients = Coefficients & Record<'weightDecay' | 'alpha' | 'fresh' | 'eps' | 'centered', number>;

type Slot = 'square_avg' | 'grad_avg' | 'momentum_buffer';

const rule: Rule<RmspropOptions, OwnCoefficients, Slot> = {
  type: 'RMSprop',
  defaults: defaultsOf('RMSprop'),
  slots: ['square_avg', 'grad_avg', 'momentum_buffer'],
  countsSteps: true,

  slotsOf({ centered, momentum }) {
    const slots: Slot[] = ['square_avg'];
    if (centered) slots.push('grad_avg');
    if (momentum > 0) slots.push('momentum_buffer');
    return slots;
  },

  coefficientsOf: ({ lr, momentum, weightDecay, alpha, eps, centered }) => ({
    lr,
    momentum,
    weightDecay,
    alpha,
    fresh: 1 - alpha,
    eps,
    centered: Number(centered),
  }),

  update(weight, raw, { lr, momentum, weightDecay, alpha, fresh, eps, centered }, state) {
    const gradient = weightDecay === 0 ? raw : add(raw, mul(weight, weightDecay));
    state.square_avg = add(mul(state.square_avg, alpha), mul(square(gradient), fresh));
    let spread = state.square_avg;
    if (centered) {
      state.grad_avg = add(mul(state.grad_avg, alpha), mul(gradient, fresh));
      // A variance: rounding can make it negative, and its root NaN.
      spread = maximum(sub(spread, square(state.grad_avg)), 0);
    }
    const direction = div(gradient, add(sqrt(spread), eps));
    if (momentum <= 0) return sub(weight, mul(direction, lr));
    state.momentum_buffer = add(mul(state.momentum_buffer, momentum), direction);
    return sub(weight, mul(state.momentum_buffer, lr));
  },

  wgsl: `
    if (coefficients.weightDecay != 0.0) { gradient += coefficients.weightDecay * weight; }
    var spread = coefficients.alpha * square_avg[i] + coefficients.fresh * (gradient * gradient);
    square_avg[i] = spread;
    if (coefficients.centered != 0.0) {
      let average = coefficients.alpha * grad_avg[i] + coefficients.fresh * gradient;
      grad_avg[i] = average;
      spread = max(spread - average * average, vec4f());
    }
    var direction = gradient / (sqrt(spread) + coefficients.eps);
    if (coefficients.momentum > 0.0) {
      direction += coefficients.momentum * momentum_buffer[i];
      momentum_buffer[i] = direction;
    }
    weight -= coefficients.lr * direction;`,
};

/**
 * RMSprop: g ← g + weightDecay·p; s ← alpha·s + (1 − alpha)·g²; d = g/(√s + eps); p ← p − lr·d. Centered, the root is
 * of s − a² with a ← alpha·a + (1 − alpha)·g; with momentum, b ← momentum·b + d replaces d.
 *
 * Follows torch/optim/rmsprop.py, class RMSprop, except that a negative s − a², which only rounding can cause, counts as
 * 0 and not as NaN.
 */
export class RMSprop extends Optimizer<RmspropGroup> {
  constructor(weights: GivenWeights<RmspropOptions>, options: RmspropOptions = {}) {
    super(rule, weights, options);
  }
}
