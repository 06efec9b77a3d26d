import type * as tf from '@tensorflow/tfjs-core';

import type { CommonOptions } from './options.js';

/** A trainable weight, named after its layer and itself, such as `conv1/kernel`. */
export interface Parameter {
  name: string;
  variable: tf.Variable;
}

/** A weight as the caller gives it; a variable is named by itself. */
export type GivenWeight = Parameter | tf.Variable;

/** A group as the caller gives it: its weights, and the options in which it differs from the optimizer. */
export type ParameterGroup<Options> = { parameters: readonly GivenWeight[] } & Options;

/** The part of a tf.js model that an optimizer needs: its trainable weights. */
export interface TrainableModel {
  readonly trainableWeights: readonly { readonly name: string; read(): tf.Tensor }[];
}

/** What an optimizer updates: weights, groups of weights, or all trainable weights of a tf.js model. */
export type GivenWeights<Options> =
  readonly GivenWeight[] | readonly ParameterGroup<Options>[] | TrainableModel;

/**
 * A set of weights with hyper-parameters of its own. Each can be assigned at any time and takes effect in the next step.
 * Schedulers keep their own values beside them (`initialLr` and others).
 */
export type GroupOf<Options> = { readonly parameters: readonly Parameter[] } & Required<Options> &
  Record<string, unknown>;

/** A param group of any optimizer. */
export type OptimizerGroup = GroupOf<CommonOptions>;

/** A gradient for each parameter, in the order of the groups; `null` leaves the parameter and its state unchanged. */
export type Gradients = readonly (tf.Tensor | null)[];
