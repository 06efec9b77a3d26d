/** Whether a policy begins with a rate of its own, so that the rate before it does not matter. */
import { InputError } from '../../../src/errors.js';
import { groupCountOf, type Policy, previewPolicy } from '../../../src/policy/index.js';

const known = new WeakMap<Policy, boolean>();

/** Whether a policy sets its own rates, as CyclicLR and OneCycleLR do: its first rate is the same from any other. */
export function setsOwnRates(policy: Policy): boolean {
  const sets = known.get(policy) ?? hasSameStart(policy);
  known.set(policy, sets);
  return sets;
}

function hasSameStart(policy: Policy): boolean {
  const groups = Array.from({ length: groupCountOf(policy) }, () => ({}));
  const startFrom = (lr: number) => previewPolicy(policy, { lr, steps: 1, groups }).lr[0][0];
  try {
    return startFrom(1) === startFrom(2);
  } catch (error) {
    // One that cannot be built says so elsewhere.
    if (error instanceof InputError) return false;
    throw error;
  }
}
