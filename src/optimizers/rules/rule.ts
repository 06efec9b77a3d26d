/**
 * A complete update rule: the coefficients that it computes from a group, the state that it keeps for each parameter,
 * and its formula twice, in tf.js for every backend and in WGSL for the fused kernel. Both formulas read the same
 * coefficients, so what PyTorch computes in double precision (powers of β, 1 − α) is computed once and rounded last.
 */
import type * as tf from '@tensorflow/tfjs-core';

import type { CommonOptions } from '../options.js';
import type { GroupOf } from '../parameter.js';

/** The updates of a parameter so far. */
export interface Progress {
  /** Their number. */
  step: number;
  /** The state tensors that exist. */
  begun: ReadonlySet<string>;
}

/** The coefficients of one update of one parameter. `lr` and `momentum` (β₁ for Adam) are those reported as used. */
export type Coefficients = { readonly lr: number; readonly momentum: number } & Readonly<
  Record<string, number>
>;

/** How an optimizer updates a weight; one object for each class of torch.optim. */
export interface Rule<
  Options extends CommonOptions = CommonOptions,
  OwnCoefficients extends Coefficients = Coefficients,
  Slot extends string = string,
> {
  /** PyTorch's class name. */
  readonly type: string;
  /** Every hyper-parameter with PyTorch's default. */
  readonly defaults: Readonly<Required<Options>>;
  /** The state tensors, under PyTorch's names. They start as zeros, at the first gradient. */
  readonly slots: readonly Slot[];
  /** If given, the state starts with the optimizer itself, at this value. */
  readonly initialValue?: number;
  /** Whether the state dict has the number of steps of each parameter. */
  readonly countsSteps: boolean;
  /** The state tensors that an update with these hyper-parameters uses. */
  slotsOf(group: GroupOf<Options>): readonly Slot[];
  /**
   * The coefficients of an update; always the same keys in the same order.
   *
   * @param progress its `step` includes this update; its `begun` does not
   */
  coefficientsOf(group: GroupOf<Options>, progress: Progress): OwnCoefficients;
  /**
   * The new weight, in tf.js; tensors in `state` that change are replaced by new ones.
   *
   * @param gradient already negated where the group maximizes
   */
  update(
    weight: tf.Tensor,
    gradient: tf.Tensor,
    coefficients: OwnCoefficients,
    state: Record<Slot, tf.Tensor>,
  ): tf.Tensor;
  /**
   * The same in WGSL: statements over `var weight` and `var gradient` (four floats), `coefficients`, and each slot by its name,
   * an `array<vec4f>` whose element `i` belongs to them.
   */
  readonly wgsl: string;
}
