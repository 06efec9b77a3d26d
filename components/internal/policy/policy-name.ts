/**
 * A policy in a few letters, for a flag on a chart: `CosineAnnealingLR`, `LinearLR ▸ CosineAnnealingLR` for one after
 * the other, `StepLR + ReduceLROnPlateau` for several at once.
 */

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function schedulerName(value: unknown): string {
  if (!isRecord(value)) return '?';
  const { type, schedulers } = value;
  if (typeof type !== 'string') return '?';
  if (Array.isArray(schedulers) && schedulers.length > 0) {
    return schedulers.map(schedulerName).join(type === 'ChainedScheduler' ? ' + ' : ' ▸ ');
  }
  return type;
}

/** The names of a policy's entries, from any form in which a policy may be written. */
export function entryNames(policy: unknown): string[] {
  const entries: unknown[] = Array.isArray(policy) ? policy : [policy];
  return entries.map((entry) =>
    schedulerName(isRecord(entry) && 'scheduler' in entry ? entry.scheduler : entry),
  );
}

/** The name of a whole policy; empty where it has no entry. */
export function policyName(policy: unknown): string {
  return entryNames(policy).join(' + ');
}
