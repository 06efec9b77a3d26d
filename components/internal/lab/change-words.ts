/** What the changes of a run are about, in a few words. */
import {
  type ChangeAtStep,
  type Intervention,
  policiesAlong,
  type PolicySpan,
  presentEntry,
  type Run,
} from '../../../src/lab/index.js';
import type { Terms } from '../../locales/terms.js';
import { formatRate } from '../kit/format.js';
import { policyName } from '../policy/scheduler-text.js';
import { scheduleTitle, titleFrom } from './run-title.js';

/** The part of a run that its changes are read from. */
export type ChangedRun = Pick<Run, 'config' | 'plan' | 'interventions' | 'planned'>;

/** A change of a run, and what it is about: the schedule that takes over, the scheduler that is removed, the rate. */
export interface NamedChange {
  readonly change: ChangeAtStep;
  readonly what: string;
  readonly isPlanned: boolean;
}

/** The changes of a run: those made, then those planned. */
export function changesOf(run: ChangedRun, terms: Terms): NamedChange[] {
  const acted = run.interventions.value;
  const changes = [...acted, ...run.planned.value];
  const spans = policiesAlong(run.config.policy, changes);
  return changes.map((change, position) => ({
    change,
    what:
      change.kind === 'unchain' ? removedName(spans[position], change.index) : subjectOf(run, change, terms),
    isPlanned: position >= acted.length,
  }));
}

/** What a change that was made is about: the schedule that was swapped in, the rate, what a removal returned to. */
export function changeWords(run: Run, change: Intervention, terms: Terms): string {
  return change.kind === 'unchain' ? scheduleTitle(run, terms) : subjectOf(run, change, terms);
}

function subjectOf(
  run: ChangedRun,
  change: Exclude<ChangeAtStep, { kind: 'unchain' }>,
  terms: Terms,
): string {
  switch (change.kind) {
    case 'setLr':
      return formatRate(change.lr);
    case 'swap':
      return titleFrom(run, change.policy, change.step, terms);
    case 'chain':
    case 'adjust':
      return policyName(change.policy);
  }
}

function removedName({ entries }: PolicySpan, index: number): string {
  const removed = entries.at(index);
  return removed ? policyName([presentEntry(removed)]) : String(index + 1);
}
