import * as tf from '@tensorflow/tfjs';

import type { OptimizerGroup, ParameterGroup } from './optimizer.js';
import { Optimizer, replace } from './optimizer.js';
import type { AdamOptions } from './options.js';

/** A param group of {@link Adam}. */
export interface AdamGroup extends OptimizerGroup, Required<AdamOptions> {}

/** The moments of a parameter, and how many updates it has had. */
interface AdamState {
  step: number;
  average: tf.Tensor;
  squareAverage: tf.Tensor;
  /** With amsgrad: the largest square average so far, not corrected for bias. */
  maxSquareAverage?: tf.Tensor;
}

/**
 * Adam: m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g², p ← p − lr/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + eps). βᵗ is a power of
 * the present β, so that cycling β₁ changes the correction of the past as well.
 *
 * Follows torch/optim/adam.py, class Adam.
 */
export class Adam extends Optimizer<AdamGroup, AdamState> {
  constructor(
    groups: readonly ParameterGroup<AdamOptions>[],
    { lr, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0, amsgrad = false }: AdamOptions,
  ) {
    // Each group cycles betas of its own.
    super(
      groups.map((group) => ({
        lr,
        eps,
        weightDecay,
        amsgrad,
        ...group,
        betas: [...(group.betas ?? betas)],
      })),
    );
  }

  protected override updateOf(group: AdamGroup) {
    const [beta1, beta2] = group.betas;
    const [keep1, keep2, fresh1, fresh2, eps, weightDecay] = [
      beta1,
      beta2,
      1 - beta1,
      1 - beta2,
      group.eps,
      group.weightDecay,
    ].map((value) => tf.scalar(value));

    return (variable: tf.Variable, raw: tf.Tensor, state?: AdamState) => {
      const gradient = group.weightDecay === 0 ? raw : raw.add(variable.mul(weightDecay));
      const step = (state?.step ?? 0) + 1;
      const average = blend(state?.average, keep1, gradient, fresh1);
      const squareAverage = blend(state?.squareAverage, keep2, gradient.square(), fresh2);
      const next: AdamState = { ...state, step, average, squareAverage };
      let spread = squareAverage;
      if (group.amsgrad) {
        const { maxSquareAverage } = next;
        spread = replace(
          maxSquareAverage,
          maxSquareAverage ? maxSquareAverage.maximum(squareAverage) : squareAverage.clone(),
        );
        next.maxSquareAverage = spread;
      }
      const stepSize = tf.scalar(group.lr / (1 - beta1 ** step));
      const correction = tf.scalar(Math.sqrt(1 - beta2 ** step));
      const denominator = spread.sqrt().div(correction).add(eps);
      return { value: variable.sub(average.div(denominator).mul(stepSize)), state: next };
    };
  }

  protected override disposeState({ average, squareAverage, maxSquareAverage }: AdamState): void {
    tf.dispose([average, squareAverage, maxSquareAverage ?? []]);
  }
}

/** A running average's next value, kept: it starts from zero. */
function blend(old: tf.Tensor | undefined, keep: tf.Tensor, value: tf.Tensor, fresh: tf.Tensor): tf.Tensor {
  const added = value.mul(fresh);
  return replace(old, old ? old.mul(keep).add(added) : added);
}
