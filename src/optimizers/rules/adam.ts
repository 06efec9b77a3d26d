import { add, div, maximum, mul, sqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core';

import { Optimizer } from '../optimizer.js';
import type { AdamOptions } from '../options.js';
import { defaultsOf } from '../options.js';
import type { GivenWeights, GroupOf } from '../parameter.js';
import type { Coefficients, Rule } from './rule.js';

/** A param group of {@link Adam}. */
export type AdamGroup = GroupOf<AdamOptions>;

type OwnCoefficients = Coefficients &
  Record<
    'weightDecay' | 'fresh1' | 'beta2' | 'fresh2' | 'correction1' | 'correction2' | 'eps' | 'amsgrad',
    number
  >;

type Slot = 'exp_avg' | 'exp_avg_sq' | 'max_exp_avg_sq';

/** The new weight, after weight decay has been applied to it or to its gradient. */
export function moveByMoments(
  weight: Tensor,
  gradient: Tensor,
  { lr, momentum, fresh1, beta2, fresh2, correction1, correction2, eps, amsgrad }: OwnCoefficients,
  state: Record<Slot, Tensor>,
): Tensor {
  state.exp_avg = add(mul(state.exp_avg, momentum), mul(gradient, fresh1));
  state.exp_avg_sq = add(mul(state.exp_avg_sq, beta2), mul(square(gradient), fresh2));
  let spread = state.exp_avg_sq;
  if (amsgrad) spread = state.max_exp_avg_sq = maximum(state.max_exp_avg_sq, spread);
  const denominator = add(div(sqrt(spread), correction2), eps);
  return sub(weight, mul(div(state.exp_avg, denominator), lr / correction1));
}

/** {@link moveByMoments} in WGSL. */
export const moveByMomentsWgsl = `
    let average = coefficients.momentum * exp_avg[i] + coefficients.fresh1 * gradient;
    var spread = coefficients.beta2 * exp_avg_sq[i] + coefficients.fresh2 * (gradient * gradient);
    exp_avg[i] = average;
    exp_avg_sq[i] = spread;
    if (coefficients.amsgrad != 0.0) {
      spread = max(max_exp_avg_sq[i], spread);
      max_exp_avg_sq[i] = spread;
    }
    let denominator = sqrt(spread) / coefficients.correction2 + coefficients.eps;
    weight -= (coefficients.lr / coefficients.correction1) * (average / denominator);`;

/** The rule of {@link Adam}; AdamW changes its weight decay. */
export const adamRule: Rule<AdamOptions, OwnCoefficients, Slot> = {
  type: 'Adam',
  defaults: defaultsOf('Adam'),
  slots: ['exp_avg', 'exp_avg_sq', 'max_exp_avg_sq'],
  countsSteps: true,
  slotsOf: ({ amsgrad }) => ['exp_avg', 'exp_avg_sq', ...(amsgrad ? (['max_exp_avg_sq'] as const) : [])],

  coefficientsOf: ({ lr, betas: [beta1, beta2], weightDecay, eps, amsgrad }, { step }) => ({
    lr,
    momentum: beta1,
    weightDecay,
    fresh1: 1 - beta1,
    beta2,
    fresh2: 1 - beta2,
    correction1: 1 - beta1 ** step,
    correction2: Math.sqrt(1 - beta2 ** step),
    eps,
    amsgrad: Number(amsgrad),
  }),

  update(weight, gradient, coefficients, state) {
    const decayed =
      coefficients.weightDecay === 0 ? gradient : add(gradient, mul(weight, coefficients.weightDecay));
    return moveByMoments(weight, decayed, coefficients, state);
  },

  wgsl: `
    if (coefficients.weightDecay != 0.0) { gradient += coefficients.weightDecay * weight; }${moveByMomentsWgsl}`,
};

/**
 * Adam: g ← g + weightDecay·p; m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g²,
 * p ← p − lr/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + eps). βᵗ is a power of the present β, so cycling β₁ also
 * changes the correction for earlier steps. With amsgrad, v is the largest v so far.
 *
 * Follows torch/optim/adam.py, class Adam.
 */
export class Adam extends Optimizer<AdamGroup> {
  constructor(weights: GivenWeights<AdamOptions>, options: AdamOptions = {}) {
    super(adamRule, weights, options);
  }
}
