/** The log of a run: its interventions, in order. */
import type { PolicyEntry } from '../policy/index.js';
import { alreadyActed, stepTaken } from '../errors.js';
import { stepOf, type ChangeAtStep, type Intervention } from './intervention.js';
import type { Plan } from './plan.js';

/** An entry of the live policy, since it began. */
export interface LiveSpan {
  /** Identifies the entry as long as it is live. */
  readonly key: number;
  /** The step at which it began. */
  readonly start: number;
  /** Its versions, the present one last: each adjustment adds a version with other times. */
  readonly versions: readonly { readonly step: number; readonly entry: PolicyEntry }[];
}

/** The live policy from a step on. */
export interface PolicySpan {
  readonly step: number;
  /** The change at that step; undefined for the beginning. */
  readonly change?: ChangeAtStep;
  /** The entries of the last swap, then those chained since. */
  readonly entries: readonly LiveSpan[];
}

/** The live policies of a run, in order: the configured one, then one after each change of its log. */
export function policiesAlong(policy: readonly PolicyEntry[], log: readonly ChangeAtStep[]): PolicySpan[] {
  let keys = 0;
  const begin = (entries: readonly PolicyEntry[], step: number): LiveSpan[] =>
    entries.map((entry) => ({ key: keys++, start: step, versions: [{ step, entry }] }));
  const after = (entries: readonly LiveSpan[], change: ChangeAtStep): readonly LiveSpan[] => {
    const { step } = change;
    switch (change.kind) {
      case 'swap':
        return begin(change.policy, step);
      case 'chain':
        return [...entries, ...begin(change.policy, step)];
      case 'unchain':
        return entries.toSpliced(change.index, 1);
      case 'adjust':
        return entries.map((span, index) => ({
          ...span,
          versions: [...span.versions, { step, entry: change.policy[index] }],
        }));
      case 'setLr':
        return entries;
    }
  };
  let entries: readonly LiveSpan[] = begin(policy, 0);
  const spans: PolicySpan[] = [{ step: 0, entries }];
  for (const change of log) {
    entries = after(entries, change);
    spans.push({ step: change.step, change, entries });
  }
  return spans;
}

/**
 * What {@link policiesAlong} lists for a log, counted in versions of entries: each change lists all live entries again,
 * and each adjustment all versions of theirs.
 */
export function lengthAlong(policy: readonly PolicyEntry[], log: readonly ChangeAtStep[]): number {
  let live = policy.length;
  let versions = 1;
  let sum = live;
  for (const change of log) {
    if (change.kind === 'swap') {
      live = change.policy.length;
      versions = 1;
    } else if (change.kind === 'chain') live += change.policy.length;
    else if (change.kind === 'unchain') live = Math.max(0, live - 1);
    else if (change.kind === 'adjust') versions += 1;
    sum += live * (change.kind === 'adjust' ? versions : 1);
  }
  return sum;
}

/** The present version of an entry of the live policy. */
export const presentEntry = ({ versions }: LiveSpan): PolicyEntry => versions[versions.length - 1].entry;

/** The live policy after a log has acted on a policy. */
export function entriesAfter(
  policy: readonly PolicyEntry[],
  log: readonly ChangeAtStep[],
): readonly PolicyEntry[] {
  return policiesAlong(policy, log).at(-1)!.entries.map(presentEntry);
}

/**
 * Refuses a second intervention at a step: at most one is planned for each step, and of two swaps at one step the first
 * would never act.
 *
 * @throws InputError `step-taken`
 */
export function checkFree(
  { kind, step }: Pick<ChangeAtStep, 'kind' | 'step'>,
  planned: readonly ChangeAtStep[],
  acted: Iterable<ChangeAtStep>,
): void {
  if (planned.some((other) => other.step === step)) throw stepTaken(step);
  if (kind !== 'swap') return;
  for (const other of acted) if (other.kind === 'swap' && other.step === step) throw stepTaken(step);
}

/** What is planned, in the order of its steps. */
export const inOrder = (planned: readonly Intervention[]): Intervention[] =>
  planned.toSorted((one, other) => one.step - other.step);

/**
 * What is planned once one of it has moved to another step, or has been removed.
 *
 * @param step where it acts from now on; undefined removes it
 * @param present.now the step of the run
 * @throws InputError `already-acted` where nothing is planned under the id, `step-out-of-range`, `step-taken`
 */
export function replanned(
  planned: readonly Intervention[],
  id: string,
  step: number | undefined,
  { now, plan, acted }: { now: number; plan: Plan; acted: Iterable<ChangeAtStep> },
): readonly Intervention[] {
  const found = planned.find((each) => each.id === id);
  if (!found) throw alreadyActed();
  const others = planned.filter((each) => each !== found);
  if (step === undefined) return others;
  const moved = { ...found, step: stepOf(step, now, plan) };
  checkFree(moved, others, acted);
  return inOrder([...others, moved]);
}

/** The swap that remains once its counterfactual fork has been made. */
export function withoutCounterfactual(intervention: Intervention): Intervention {
  if (intervention.kind !== 'swap' || !intervention.counterfactual) return intervention;
  const { kind, policy, handoff, step, id } = intervention;
  return { kind, policy, handoff, step, id };
}
