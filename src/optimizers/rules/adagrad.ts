import { add, div, mul, sqrt, square, sub } from '@tensorflow/tfjs-core';

import { Optimizer } from '../optimizer.js';
import type { AdagradOptions } from '../options.js';
import { defaultsOf } from '../options.js';
import type { GivenWeights, GroupOf } from '../parameter.js';
import type { Coefficients, Rule } from './rule.js';

/** A param group of {@link Adagrad}. */
export type AdagradGroup = GroupOf<AdagradOptions>;

type OwnCoefficients = Coefficients & Record<'weightDecay' | 'slowdown' | 'eps', number>;

const rule: Rule<AdagradOptions, OwnCoefficients, 'sum'> = {
  type: 'Adagrad',
  defaults: defaultsOf('Adagrad'),
  slots: ['sum'],
  countsSteps: true,
  slotsOf: () => ['sum'],

  coefficientsOf: ({ lr, weightDecay, lrDecay, eps }, { step }) => ({
    lr,
    momentum: 0,
    weightDecay,
    slowdown: 1 + (step - 1) * lrDecay,
    eps,
  }),

  update(weight, raw, { lr, weightDecay, slowdown, eps }, state) {
    const gradient = weightDecay === 0 ? raw : add(raw, mul(weight, weightDecay));
    state.sum = add(state.sum, square(gradient));
    return sub(weight, mul(div(gradient, add(sqrt(state.sum), eps)), lr / slowdown));
  },

  wgsl: `
    if (coefficients.weightDecay != 0.0) { gradient += coefficients.weightDecay * weight; }
    let total = sum[i] + gradient * gradient;
    sum[i] = total;
    weight -= (coefficients.lr / coefficients.slowdown) * (gradient / (sqrt(total) + coefficients.eps));`,
};

/**
 * Adagrad: g ← g + weightDecay·p; s ← s + g², starting at `initialAccumulatorValue`;
 * p ← p − lr/(1 + (t − 1)·lrDecay) · g/(√s + eps). The start is the optimizer's; a group's own value has no effect.
 *
 * Follows torch/optim/adagrad.py, class Adagrad.
 */
export class Adagrad extends Optimizer<AdagradGroup> {
  constructor(weights: GivenWeights<AdagradOptions>, options: AdagradOptions = {}) {
    super(
      { ...rule, initialValue: options.initialAccumulatorValue ?? rule.defaults.initialAccumulatorValue },
      weights,
      options,
    );
  }
}
