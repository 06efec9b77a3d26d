/** The interventions of all runs as marks on a chart, made or planned. */
import { policiesAlong, presentEntry } from '../../../src/lab/index.js';
import type { ChangeAtStep, PolicySpan, Run } from '../../../src/lab/index.js';
import type { Terms } from '../../locales/terms.js';
import { formatRate } from '../kit/format.js';
import type { Mark } from '../plot/flags/flag-layout.js';
import { titleFrom } from '../lab/run-title.js';
import { policyName } from '../policy/scheduler-text.js';

/** The part of a run that marks read. */
export type MarkedRun = Pick<Run, 'name' | 'config' | 'plan' | 'interventions' | 'planned'>;

/** The marks of one run, in the order of their steps. */
function marksOfRun(run: MarkedRun, index: number, terms: Terms): Mark[] {
  const words = terms.charts.marks;
  const acted = run.interventions.value;
  const changes = [...acted, ...run.planned.value];
  const spans = policiesAlong(run.config.policy, changes);
  const label = (change: ChangeAtStep, before: PolicySpan): string => {
    switch (change.kind) {
      case 'swap':
        return words.swap(titleFrom(run, change.policy, change.step, terms));
      case 'adjust':
      case 'chain':
        return words[change.kind](policyName(change.policy));
      case 'unchain': {
        const removed = before.entries.at(change.index);
        return words.takeOut(removed ? policyName([presentEntry(removed)]) : String(change.index + 1));
      }
      case 'setLr':
        return words.setRate(formatRate(change.lr));
    }
  };
  return changes.map((change, position) => {
    const text = label(change, spans[position]);
    const planned = position >= acted.length;
    return { step: change.step, label: planned ? words.planned(text) : text, planned, run: index };
  });
}

/**
 * The marks of all runs by step. A mark that a fork shares with its parent appears once. With several runs each mark
 * names its run, because colour alone must not identify it.
 */
export function marksOf(shown: readonly { run: MarkedRun; index: number }[], terms: Terms): Mark[] {
  const marks = new Map<string, Mark>();
  for (const [run, mark] of shown.flatMap(({ run, index }) =>
    marksOfRun(run, index, terms).map((mark) => [run, mark] as const),
  )) {
    const key = `${mark.step} ${mark.label}`;
    const label = shown.length > 1 ? terms.charts.marks.ofRun(run.name.value, mark.label) : mark.label;
    if (!marks.has(key)) marks.set(key, { ...mark, label });
  }
  return [...marks.values()].sort((a, b) => a.step - b.step);
}
