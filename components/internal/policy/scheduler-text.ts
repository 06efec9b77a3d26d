/** Schedulers in one line: by name alone, or as PyTorch would be called, `StepLR(step_size=30, gamma=0.1)`. */
import { childrenOf, parametersOf, type SchedulerSpec } from '../../../src/policy/index.js';

/** The part of a policy that a text needs. */
type PolicyEntries = readonly { readonly scheduler: SchedulerSpec }[];

/** Joins schedulers that act one after another by `▸`, and schedulers that act together by `+`. */
function joined(relation: 'then' | 'with', texts: readonly string[]): string {
  return texts.join(relation === 'then' ? ' ▸ ' : ' + ');
}

function joinedChildren(spec: SchedulerSpec, text: (child: SchedulerSpec) => string): string {
  return joined(spec.type === 'SequentialLR' ? 'then' : 'with', childrenOf(spec).map(text));
}

/** A scheduler's class; a composite's children: `LinearLR ▸ CosineAnnealingLR`. */
function schedulerName(spec: SchedulerSpec): string {
  return childrenOf(spec).length > 0 ? joinedChildren(spec, schedulerName) : spec.type;
}

/** The names of a policy's entries. */
function entryNames(policy: PolicyEntries): string[] {
  return policy.map(({ scheduler }) => schedulerName(scheduler));
}

/** The name of a whole policy, `StepLR + ReduceLROnPlateau`; empty for a policy without entries. */
export function policyName(policy: PolicyEntries): string {
  return joined('with', entryNames(policy));
}

/** PyTorch's name of a parameter, or lr-lab's own for a parameter that PyTorch lacks. */
export function parameterName(type: SchedulerSpec['type'], key: string): string {
  const parameters: Partial<ReturnType<typeof parametersOf>> = parametersOf(type);
  return parameters[key]?.python ?? key;
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  return typeof value === 'string' ? `"${value}"` : String(value);
}

/** The call that builds the scheduler in PyTorch; a composite shows the calls of its children. */
export function schedulerText(spec: SchedulerSpec): string {
  if (childrenOf(spec).length > 0) return `${spec.type}(${joinedChildren(spec, schedulerText)})`;
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

/** A policy in one line. */
export function policyText(policy: PolicyEntries): string {
  return joined(
    'with',
    policy.map(({ scheduler }) => schedulerText(scheduler)),
  );
}
