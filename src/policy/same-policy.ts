import type { PolicyEntry, SchedulerSpec } from './policy.js';
import { childrenOf, readsMetric } from './schema/policy-rules.js';
import { parametersOf } from './schema/scheduler-parameters.js';

/** Whether two policies do the same: their entries are equal once every default is filled in. */
export function isSamePolicy(one: readonly PolicyEntry[], other: readonly PolicyEntry[]): boolean {
  return one === other || JSON.stringify(one.map(filledEntry)) === JSON.stringify(other.map(filledEntry));
}

function filledEntry({ scheduler, interval, frequency, monitor }: PolicyEntry): unknown[] {
  return [interval, frequency, readsMetric(scheduler) ? monitor : undefined, filledScheduler(scheduler)];
}

/** The values of a scheduler in the order of its parameters; `null` for PyTorch's None. */
function filledScheduler(spec: SchedulerSpec): unknown[] {
  const values: Partial<Record<string, unknown>> = { ...spec };
  const own = Object.entries(parametersOf(spec.type))
    .filter(([, { kind }]) => kind !== 'schedulers')
    .map(([name, { default: fallback }]) => values[name] ?? fallback);
  return [spec.type, own, childrenOf(spec).map(filledScheduler)];
}
