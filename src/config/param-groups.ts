import { defaultsOf } from '../optimizers/names.js';
import type { OptimizerOptions } from '../optimizers/names.js';
import type { ParamGroup } from '../schedulers/index.js';

/**
 * The param groups that an optimizer will have, as far as schedulers read them: those that name layers, then one for
 * the other weights.
 */
export function expectedGroups(optimizer: OptimizerOptions): ParamGroup[] {
  const base = { lr: optimizer.lr, ...scheduledOf({ ...defaultsOf(optimizer.type), ...optimizer }) };
  return [...(optimizer.groups ?? []).map((group) => ({ ...base, ...scheduledOf(group) })), base];
}

/** What schedulers change of the options that are there: the rate, SGD's and RMSprop's momentum, Adam's betas. */
function scheduledOf(options: object): Partial<ParamGroup> {
  const { lr, momentum, betas } = options as Partial<ParamGroup>;
  return {
    ...(lr !== undefined && { lr }),
    ...(momentum !== undefined && { momentum }),
    ...(betas !== undefined && { betas }),
  };
}
