/** The interventions of all runs as marks on a chart, made or planned. */
import type { Run } from '../../../src/lab/index.js';
import type { Terms } from '../../locales/terms.js';
import { type ChangedRun, changesOf } from '../lab/change-words.js';
import type { Mark } from '../plot/flags/flag-layout.js';

/** The part of a run that marks read. */
export type MarkedRun = ChangedRun & Pick<Run, 'name'>;

/** The marks of one run, in the order of their steps. */
function marksOfRun(run: MarkedRun, index: number, terms: Terms): Mark[] {
  const words = terms.charts.marks;
  return changesOf(run, terms).map(({ change: { kind, step }, what, isPlanned }) => {
    const text = words[kind](what);
    return { step, label: isPlanned ? words.planned(text) : text, planned: isPlanned, run: index };
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
