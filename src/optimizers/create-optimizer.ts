import { Adagrad } from './rules/adagrad.js';
import { Adam } from './rules/adam.js';
import { AdamW } from './rules/adamw.js';
import type { Optimizer } from './optimizer.js';
import type { OptimizerOptions } from './options.js';
import { paramGroups } from './param-groups.js';
import type { Parameter } from './parameter.js';
import { RMSprop } from './rules/rmsprop.js';
import { SGD } from './rules/sgd.js';

/**
 * Creates the optimizer that the options name, over all parameters, in the param groups that they name.
 *
 * @throws InputError `unknown-layer` or `layer-twice` if the groups do not fit this network
 */
export function createOptimizer(parameters: readonly Parameter[], options: OptimizerOptions): Optimizer {
  switch (options.type) {
    case 'SGD':
      return new SGD(paramGroups(parameters, options), ownOptions(options));
    case 'Adam':
      return new Adam(paramGroups(parameters, options), ownOptions(options));
    case 'AdamW':
      return new AdamW(paramGroups(parameters, options), ownOptions(options));
    case 'RMSprop':
      return new RMSprop(paramGroups(parameters, options), ownOptions(options));
    case 'Adagrad':
      return new Adagrad(paramGroups(parameters, options), ownOptions(options));
  }
}

/** The options of the optimizer itself. */
function ownOptions<Options extends OptimizerOptions>(options: Options): Omit<Options, 'type' | 'groups'> {
  const entries = Object.entries(options).filter(([name]) => name !== 'type' && name !== 'groups');
  return Object.fromEntries(entries) as Omit<Options, 'type' | 'groups'>;
}
