import { Adam } from './adam.js';
import type { Parameter } from './optimizer.js';
import type { OptimizerOptions } from './options.js';
import { SGD } from './sgd.js';

export { Adam, SGD };
export type { AdamGroup } from './adam.js';
export type { Gradients, Parameter, ParameterGroup } from './optimizer.js';
export { Optimizer } from './optimizer.js';
export type { AdamOptions, OptimizerOptions, SgdOptions } from './options.js';
export type { SgdGroup } from './sgd.js';

/** The optimizer that the options name, over one param group with all parameters. */
export function createOptimizer(parameters: readonly Parameter[], options: OptimizerOptions): SGD | Adam {
  return options.type === 'SGD' ? new SGD([{ parameters }], options) : new Adam([{ parameters }], options);
}
