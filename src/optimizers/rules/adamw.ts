import { mul } from '@tensorflow/tfjs-core';

import type { AdamGroup } from './adam.js';
import { adamRule, moveByMoments, moveByMomentsWgsl } from './adam.js';
import { Optimizer } from '../optimizer.js';
import type { AdamWOptions } from '../options.js';
import { defaultsOf } from '../options.js';
import type { GivenWeights } from '../parameter.js';

const rule: typeof adamRule = {
  ...adamRule,
  type: 'AdamW',
  defaults: defaultsOf('AdamW'),

  update: (weight, gradient, coefficients, state) =>
    moveByMoments(mul(weight, 1 - coefficients.lr * coefficients.weightDecay), gradient, coefficients, state),

  wgsl: `
    weight *= 1.0 - coefficients.lr * coefficients.weightDecay;${moveByMomentsWgsl}`,
};

/**
 * Adam with decoupled weight decay: p ← p·(1 − lr·weightDecay) comes first, and the gradient does not change.
 *
 * Follows torch/optim/adamw.py, class AdamW.
 */
export class AdamW extends Optimizer<AdamGroup> {
  constructor(weights: GivenWeights<AdamWOptions>, options: AdamWOptions = {}) {
    super(rule, weights, options);
  }
}
