import type * as tf from '@tensorflow/tfjs';

import { Optimizer } from '../optimizer.js';
import type { AdamOptions } from '../options.js';
import { defaultsOf } from '../options.js';
import type { GroupOf, ParameterGroup } from '../parameter.js';
import type { Row, Rule } from './rule.js';

/** A param group of {@link Adam}. */
export type AdamGroup = GroupOf<AdamOptions>;

type Numbers = Row &
  Record<
    'weightDecay' | 'fresh1' | 'beta2' | 'fresh2' | 'correction1' | 'correction2' | 'eps' | 'amsgrad',
    number
  >;

type Slot = 'exp_avg' | 'exp_avg_sq' | 'max_exp_avg_sq';

/** How a weight moves once it or its gradient has decayed. */
export function moveByMoments(
  weight: tf.Tensor,
  gradient: tf.Tensor,
  { lr, momentum, fresh1, beta2, fresh2, correction1, correction2, eps, amsgrad }: Numbers,
  state: Record<Slot, tf.Tensor>,
): tf.Tensor {
  state.exp_avg = state.exp_avg.mul(momentum).add(gradient.mul(fresh1));
  state.exp_avg_sq = state.exp_avg_sq.mul(beta2).add(gradient.square().mul(fresh2));
  let spread = state.exp_avg_sq;
  if (amsgrad) spread = state.max_exp_avg_sq = state.max_exp_avg_sq.maximum(spread);
  const denominator = spread.sqrt().div(correction2).add(eps);
  return weight.sub(state.exp_avg.div(denominator).mul(lr / correction1));
}

/** {@link moveByMoments} in WGSL. */
export const moveByMomentsWgsl = `
    let average = row.momentum * exp_avg[i] + row.fresh1 * gradient;
    var spread = row.beta2 * exp_avg_sq[i] + row.fresh2 * (gradient * gradient);
    exp_avg[i] = average;
    exp_avg_sq[i] = spread;
    if (row.amsgrad != 0.0) {
      spread = max(max_exp_avg_sq[i], spread);
      max_exp_avg_sq[i] = spread;
    }
    let denominator = sqrt(spread) / row.correction2 + row.eps;
    weight -= (row.lr / row.correction1) * (average / denominator);`;

/** The rule of {@link Adam}, on which AdamW builds. */
export const adamRule: Rule<AdamOptions, Numbers, Slot> = {
  type: 'Adam',
  defaults: defaultsOf('Adam'),
  slots: ['exp_avg', 'exp_avg_sq', 'max_exp_avg_sq'],
  countsSteps: true,
  slotsOf: ({ amsgrad }) => ['exp_avg', 'exp_avg_sq', ...(amsgrad ? (['max_exp_avg_sq'] as const) : [])],

  row: ({ lr, betas: [beta1, beta2], weightDecay, eps, amsgrad }, { step }) => ({
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

  update(weight, gradient, row, state) {
    const decayed = row.weightDecay === 0 ? gradient : gradient.add(weight.mul(row.weightDecay));
    return moveByMoments(weight, decayed, row, state);
  },

  wgsl: `
    if (row.weightDecay != 0.0) { gradient += row.weightDecay * weight; }${moveByMomentsWgsl}`,
};

/**
 * Adam: g ← g + weightDecay·p; m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g²,
 * p ← p − lr/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + eps). βᵗ is a power of the present β, so that cycling β₁ changes the
 * correction of the past as well. With amsgrad, v is here the largest v so far.
 *
 * Follows torch/optim/adam.py, class Adam.
 */
export class Adam extends Optimizer<AdamGroup> {
  constructor(groups: readonly ParameterGroup<AdamOptions>[], options: AdamOptions = {}) {
    super(adamRule, groups, options);
  }
}
