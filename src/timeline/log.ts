/** A run's log: what was done to it, in order. */
import type { Intervention } from './intervention.js';
import type { PolicyEntry } from '../policy/index.js';

/** The live policy after a log has acted on a policy: what was swapped in last, then what was chained on top. */
export function entriesAfter(
  policy: readonly PolicyEntry[],
  log: readonly Intervention[],
): readonly PolicyEntry[] {
  return log.reduce<readonly PolicyEntry[]>((entries, intervention) => {
    switch (intervention.kind) {
      case 'swap':
      case 'adjust':
        return intervention.policy;
      case 'chain':
        return [...entries, ...intervention.policy];
      case 'unchain':
        return entries.toSpliced(intervention.index, 1);
      case 'setLr':
        return entries;
    }
  }, policy);
}

/**
 * The interventions of one list without those of another; one that occurs twice must be in the other twice to be gone.
 * They are compared by value, since what has been to the worker and back is a copy.
 */
export function withoutFirst(
  from: readonly Intervention[],
  other: readonly Intervention[],
): readonly Intervention[] {
  if (from.length === 0 || other.length === 0) return from;
  const left = other.map(printed);
  return from.filter((intervention) => {
    const index = left.indexOf(printed(intervention));
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

/** What is left to do of a swap whose counterfactual has been seen to. */
export function withoutCounterfactual(intervention: Intervention): Intervention {
  if (intervention.kind !== 'swap' || !intervention.counterfactual) return intervention;
  const { kind, policy, handoff, step } = intervention;
  return { kind, policy, handoff, step };
}

/** Whether one intervention says the same as another. */
export function isSameIntervention(one: Intervention, other: Intervention): boolean {
  return printed(one) === printed(other);
}

/** A value with its keys in order, so that equal values are printed the same. */
function printed(value: object): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
