/** A scheduler as the golden files write it, turned into a policy of ours. */
import type { PolicyInput } from '../src/policy/index.js';

export type Parameters = Record<string, unknown>;

export interface GoldenScheduler {
  name: string;
  params: Parameters;
  children?: GoldenScheduler[];
}

/** `T_max` → `tMax`, `step_size` → `stepSize`. */
export const camelCase = (record: Parameters): Parameters =>
  Object.fromEntries(
    Object.entries(record).map(([key, value]) => {
      const [first, ...rest] = key.split('_').map((word) => word.toLowerCase());
      return [first + rest.map((word) => word[0].toUpperCase() + word.slice(1)).join(''), value];
    }),
  );

/** Functions are recorded as `{ expr }`. */
const formula = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(formula)
    : typeof value === 'object' && value !== null && 'expr' in value
      ? value.expr
      : value;

function spec({ name, params, children }: GoldenScheduler): Parameters {
  const values = Object.entries(camelCase(params)).map(([key, value]) => [key, formula(value)] as const);
  return { type: name, ...Object.fromEntries(values), ...(children && { schedulers: children.map(spec) }) };
}

/** The scheduler as a policy that is stepped after every update; a plateau watches the training loss. */
export function goldenPolicy(scheduler: GoldenScheduler): PolicyInput {
  const monitor = scheduler.name === 'ReduceLROnPlateau' ? { monitor: 'trainLoss' } : {};
  return [{ scheduler: spec(scheduler), interval: 'step', ...monitor }] as unknown as PolicyInput;
}
