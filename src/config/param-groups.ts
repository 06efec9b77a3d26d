import type { OptimizerOptions } from '../optimizers/names.js';
import type { ParamGroup } from '../schedulers/index.js';

/**
 * The param groups that an optimizer is expected to have, as far as schedulers read them: those that name layers, then
 * one for the other weights.
 */
export function expectedGroups(optimizer: OptimizerOptions): ParamGroup[] {
  const base = { lr: optimizer.lr, ...momentumOf(optimizer) };
  return [...(optimizer.groups ?? []).map((group) => ({ ...base, ...cycledOf(group) })), base];
}

/** What can be cycled: SGD's and RMSprop's momentum, Adam's betas. */
function momentumOf(optimizer: OptimizerOptions): Pick<ParamGroup, 'momentum' | 'betas'> {
  switch (optimizer.type) {
    case 'SGD':
    case 'RMSprop':
      return { momentum: optimizer.momentum ?? 0 };
    case 'Adam':
    case 'AdamW':
      return { betas: optimizer.betas ?? [0.9, 0.999] };
    case 'Adagrad':
      return {};
  }
}

/** What a group sets otherwise than its optimizer. */
function cycledOf(group: object): Partial<ParamGroup> {
  const { lr, momentum, betas } = group as Partial<ParamGroup>;
  return {
    ...(lr !== undefined && { lr }),
    ...(momentum !== undefined && { momentum }),
    ...(betas !== undefined && { betas }),
  };
}
