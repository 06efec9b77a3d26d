import type { Policy } from '../policy.js';
import type { AdviceOptions } from './advice.js';
import type { Finding } from './finding.js';

/** ReduceLROnPlateau's default of `eps`. */
const usualEps = 1e-8;

/**
 * The finding on ReduceLROnPlateau, alone on an optimizer, if it can never lower the rate: because `min_lr` is not below
 * it, or because the cut does not exceed `eps`.
 */
export function plateauFloorFindings(policy: Policy, { lr }: AdviceOptions): Finding[] {
  const [entry] = policy;
  if (lr === undefined || !(lr > 0) || policy.length !== 1) return [];
  const { scheduler } = entry;
  if (scheduler.type !== 'ReduceLROnPlateau') return [];
  const { minLr = 0, eps = usualEps, factor = 0.1 } = scheduler;
  const floor = (Array.isArray(minLr) ? minLr : [minLr]).reduce((lowest, one) => Math.min(lowest, one));
  if (floor >= lr) {
    const values = { parameter: 'min_lr', value: floor, rate: lr };
    return [{ code: 'plateau-floor', at: ['minLr'], values, fix: { scheduler: { ...scheduler, minLr: 0 } } }];
  }
  if (lr - Math.max(lr * factor, floor) > eps) return [];
  const values = { parameter: 'eps', value: eps, rate: lr };
  return [{ code: 'plateau-floor', at: ['eps'], values, fix: { scheduler: { ...scheduler, eps: 0 } } }];
}
