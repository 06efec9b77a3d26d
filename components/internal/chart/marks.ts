/** The interventions of all runs as marks on a chart, made or planned. */
import type { Intervention, Run } from '../../../src/lab/index.js';
import type { Terms } from '../../locales/terms.js';
import { formatRate } from '../kit/format.js';
import type { Mark } from '../plot/flags/flag-layout.js';
import { entryNames, policyName } from '../policy/scheduler-text.js';

/** The part of a run that marks read. */
export type MarkedRun = Pick<Run, 'name' | 'config' | 'interventions' | 'planned'>;

/**
 * The marks of one run, in the order of their steps. An unchain holds only the index of an entry, so the entries are
 * followed from the start to find its name.
 */
function marksOfRun(run: MarkedRun, index: number, terms: Terms): Mark[] {
  const words = terms.charts.marks;
  let names = entryNames(run.config.policy);
  const label = (intervention: Intervention): string => {
    switch (intervention.kind) {
      case 'swap':
        names = entryNames(intervention.policy);
        return words.swap(policyName(intervention.policy));
      case 'adjust':
        return words.adjust(policyName(intervention.policy));
      case 'chain':
        names = [...names, ...entryNames(intervention.policy)];
        return words.chain(policyName(intervention.policy));
      case 'unchain': {
        const name = names[intervention.index] ?? String(intervention.index + 1);
        names = names.filter((_, position) => position !== intervention.index);
        return words.takeOut(name);
      }
      case 'setLr':
        return words.setRate(formatRate(intervention.lr));
    }
  };
  const mark = (intervention: Intervention, planned: boolean): Mark => {
    const text = label(intervention);
    return { step: intervention.step, label: planned ? words.planned(text) : text, planned, run: index };
  };
  return [
    ...run.interventions.value.map((intervention) => mark(intervention, false)),
    ...run.planned.value.map((intervention) => mark(intervention, true)),
  ];
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
