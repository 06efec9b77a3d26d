import type { SchedulerOptimizer } from '../../schedulers/index.js';
import { LivePolicy } from './live-policy.js';
import { normalisePolicy } from '../schema/parse-policy.js';
import type { PolicyInput } from '../policy.js';

/**
 * Builds a policy's schedulers, in order, on an optimizer. As in PyTorch this already writes the learning rates of the
 * first update into the groups, and sets `initialLr` of a group without one.
 *
 * @throws InputError `policy` if the policy is not well formed, and `policy-refused` if one of its schedulers
 * refuses the optimizer (lists of another length than its groups, cycled momentum without momentum); the groups are then
 * unchanged.
 */
export function buildPolicy(policy: PolicyInput, optimizer: SchedulerOptimizer): LivePolicy {
  return new LivePolicy(normalisePolicy(policy), optimizer);
}
