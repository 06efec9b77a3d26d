/** Which runs the charts draw, and from where on. */
import type { Lab, Run } from '../../../src/lab/index.js';
import { viewOf } from './lab-view.js';

/** A run as a chart draws it. */
export interface ShownRun {
  readonly run: Run;
  /** Its index in the lab, which gives its colour and dash. */
  readonly index: number;
  /** Its first own step: before it, it is the same as its parent, which is drawn already. */
  readonly begin: number;
}

/** The runs of a lab that are not hidden. */
export function shownRuns(lab: Lab): readonly ShownRun[] {
  const hidden = viewOf(lab).hidden.value;
  const all = lab.runs.value;
  return all.flatMap((run, index) => {
    if (hidden.has(run)) return [];
    const parent = all.find(({ id }) => id === run.parent?.run);
    const isDrawn = parent !== undefined && !hidden.has(parent);
    return [{ run, index, begin: isDrawn ? (run.parent?.step ?? 0) : 0 }];
  });
}
