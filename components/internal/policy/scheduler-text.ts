/** A scheduler in one line, with PyTorch's names: `StepLR(step_size=30, gamma=0.1)`. */
import { parametersOf, type SchedulerSpec } from '../../../src/policy/index.js';

/** What joins the children of a composite: one after the other, or all at once. */
const joints: Partial<Record<SchedulerSpec['type'], string>> = {
  SequentialLR: ' ▸ ',
  ChainedScheduler: ' × ',
};

/** PyTorch's name of a parameter; lr-lab's own where PyTorch has none. */
export function parameterName(type: SchedulerSpec['type'], key: string): string {
  const parameters: Partial<ReturnType<typeof parametersOf>> = parametersOf(type);
  return parameters[key]?.python ?? key;
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  return typeof value === 'string' ? `"${value}"` : String(value);
}

/** The scheduler as PyTorch would be called; composites as their children, joined by `▸` (then) or `×` (with). */
export function schedulerText(spec: SchedulerSpec): string {
  const joint = joints[spec.type];
  if (joint !== undefined && 'schedulers' in spec) {
    return `${spec.type}(${spec.schedulers.map(schedulerText).join(joint)})`;
  }
  const parameters = valuesOf(spec).map(([name, value]) => `${name}=${valueText(value)}`);
  return `${spec.type}(${parameters.join(', ')})`;
}

/** The parameters alone: `T_max 1160 · eta_min 1e-5`. */
export function parametersText(spec: { readonly type: SchedulerSpec['type'] }): string {
  return valuesOf(spec)
    .map(([name, value]) => `${name} ${valueText(value)}`)
    .join(' · ');
}

function valuesOf(spec: { readonly type: SchedulerSpec['type'] }): [name: string, value: unknown][] {
  return Object.entries(spec)
    .filter(([key]) => key !== 'type')
    .map(([key, value]) => [parameterName(spec.type, key), value]);
}

/** A policy in one line: its entries, joined by `×`. */
export function policyText(policy: readonly { readonly scheduler: SchedulerSpec }[]): string {
  return policy.map(({ scheduler }) => schedulerText(scheduler)).join(' × ');
}
