import type * as tf from '@tensorflow/tfjs';

import type { CommonOptions } from './options.js';

/** A weight under training; its name is the layer's and the weight's, such as `conv1/kernel`. */
export interface Parameter {
  name: string;
  variable: tf.Variable;
}

/** A group as it is asked for: its parameters, and what it sets otherwise than the optimizer. */
export type ParameterGroup<Options> = { parameters: readonly Parameter[] } & Options;

/**
 * A set of weights with hyper-parameters of its own. Each of these may be assigned to at any time and holds from the
 * next step on. Schedulers keep what they need beside them (`initialLr` and the like).
 */
export type GroupOf<Options> = { readonly parameters: readonly Parameter[] } & Required<Options> &
  Record<string, unknown>;

/** A param group of any optimizer. */
export type OptimizerGroup = GroupOf<CommonOptions>;

/** A gradient for each parameter, in the order of the groups; `null` leaves the parameter and its state as they are. */
export type Gradients = readonly (tf.Tensor | null)[];
