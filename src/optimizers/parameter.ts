import type * as tf from '@tensorflow/tfjs';

import type { CommonOptions } from './options.js';

/** A trainable weight, named after its layer and itself, such as `conv1/kernel`. */
export interface Parameter {
  name: string;
  variable: tf.Variable;
}

/** A group as the caller gives it: its parameters, and the options in which it differs from the optimizer. */
export type ParameterGroup<Options> = { parameters: readonly Parameter[] } & Options;

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
