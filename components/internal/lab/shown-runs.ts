/** Which runs the charts draw, and from which step. */
import type { Lab, Run } from '../../../src/lab/index.js';
import { styleIndexOf } from '../kit/run-style.js';
import { viewOf } from './lab-view.js';

/** A run as a chart draws it. */
export interface ShownRun {
  readonly run: Run;
  /** The index of its colour and dash. */
  readonly index: number;
  /** Its first own step; the steps before it belong to its parent, which draws them. */
  readonly begin: number;
}

/** The runs of a lab that are not hidden. */
export function shownRuns(lab: Lab): readonly ShownRun[] {
  const hidden = viewOf(lab).hidden.value;
  const all = lab.runs.value;
  return all.flatMap((run) => {
    if (hidden.has(run)) return [];
    const parent = all.find(({ id }) => id === run.parent?.run);
    const isDrawn = parent !== undefined && !hidden.has(parent);
    return [{ run, index: styleIndexOf(run.id), begin: isDrawn ? (run.parent?.step ?? 0) : 0 }];
  });
}
