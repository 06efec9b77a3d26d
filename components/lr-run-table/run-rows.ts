/** The data of the table of runs. */
import { meanLoss } from '../internal/lab/mean-loss.js';
import type { Run } from '../../src/lab/index.js';
import { styleIndexOf } from '../internal/kit/run-style.js';

/** A run in the tree of forks. */
export interface TreeRun {
  readonly run: Run;
  /** The number of forks between it and a run from step 0; the runs of a race are side by side. */
  readonly depth: number;
  /** The index of its colour and dash. */
  readonly index: number;
}

/** Runs in the order of a tree: each is followed by its forks, in the order of their creation. */
export function forkTree(runs: readonly Run[]): TreeRun[] {
  const ids = new Set(runs.map(({ id }) => id));
  const rootless = (run: Run): boolean => run.parent === undefined || !ids.has(run.parent.run);
  const branch = (run: Run, depth: number): TreeRun[] => [
    { run, depth, index: styleIndexOf(run.id) },
    ...runs
      .filter(({ parent }) => parent?.run === run.id && ids.has(parent.run))
      .flatMap((fork) => branch(fork, fork.parent?.step === 0 ? depth : depth + 1)),
  ];
  return runs.filter(rootless).flatMap((run) => branch(run, 0));
}

/** The figures of a run; undefined before there are any. */
export interface Figures {
  readonly step: number;
  readonly steps: number;
  /** Mean over the last batches. */
  readonly loss: number | undefined;
  readonly lr: number;
  readonly accuracy: number | undefined;
  /** The highest validation accuracy, and its epoch. */
  readonly best: { readonly accuracy: number; readonly epoch: number } | undefined;
}

/** The current figures of a run. */
export function figuresOf(run: Run): Figures {
  const { history } = run;
  const { length, evaluations } = history;
  let best: Figures['best'];
  for (const { accuracy, epoch } of evaluations)
    if (best === undefined || accuracy > best.accuracy) best = { accuracy, epoch };
  return {
    step: length,
    steps: run.plan.peek().steps,
    loss: meanLoss(history.loss, length),
    lr: run.lr.peek()[0],
    accuracy: evaluations.at(-1)?.accuracy,
    best,
  };
}
