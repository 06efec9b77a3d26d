/**
 * An update rule, whole: which numbers it takes from a group, what it keeps for each parameter, and its formula twice,
 * in tf.js for every backend and in WGSL for the fused kernel. Both read the same row of numbers, so that what
 * PyTorch computes in double precision (powers of β, 1 − α) is computed once and rounded last.
 */
import type * as tf from '@tensorflow/tfjs';

import type { CommonOptions } from '../options.js';
import type { GroupOf } from '../parameter.js';

/** What is known of a parameter's past. */
export interface Progress {
  /** The updates that it has had. */
  step: number;
  /** The state tensors that it has. */
  begun: ReadonlySet<string>;
}

/** The numbers of one update of one parameter. `lr` and `momentum` (β₁ for Adam) are those reported as used. */
export type Row = { readonly lr: number; readonly momentum: number } & Readonly<Record<string, number>>;

/** How an optimizer moves a weight; one object for each class of torch.optim. */
export interface Rule<
  Options extends CommonOptions = CommonOptions,
  Numbers extends Row = Row,
  Slot extends string = string,
> {
  /** PyTorch's class name. */
  readonly type: string;
  /** Every hyper-parameter with PyTorch's default. */
  readonly defaults: Readonly<Required<Options>>;
  /** The state tensors, under PyTorch's names. They begin as zeros, with the first gradient. */
  readonly slots: readonly Slot[];
  /** Where given, the state begins with the optimizer itself, and with this value. */
  readonly initialValue?: number;
  /** Whether the state dict tells how many steps a parameter has had. */
  readonly countsSteps: boolean;
  /** The state tensors that an update with these hyper-parameters takes part in. */
  slotsOf(group: GroupOf<Options>): readonly Slot[];
  /**
   * The numbers of an update; always the same keys in the same order.
   *
   * @param progress its `step` counts this update already, its `begun` is of before
   */
  row(group: GroupOf<Options>, progress: Progress): Numbers;
  /**
   * The new weight, in tf.js; new tensors take the place of those in `state` that change.
   *
   * @param gradient its sign changed already where the group maximizes
   */
  update(weight: tf.Tensor, gradient: tf.Tensor, row: Numbers, state: Record<Slot, tf.Tensor>): tf.Tensor;
  /**
   * The same in WGSL: statements over `var weight` and `var gradient` (four floats), `row`, and each slot by its name,
   * an `array<vec4f>` whose element `i` belongs to them.
   */
  readonly wgsl: string;
}
