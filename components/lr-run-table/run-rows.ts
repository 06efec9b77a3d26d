/** What the table says of each run, as data. */
import type { Run } from '../../src/lab/index.js';
import { joined, policyText } from '../internal/policy/scheduler-text.js';

/** A run in the tree of forks. */
export interface TreeRun {
  readonly run: Run;
  /** How many forks it is away from a run without a parent in the lab. */
  readonly depth: number;
  /** Its place in the list of runs, which decides its colour and dash. */
  readonly index: number;
}

/** Runs in the order of a tree: each followed by its forks, in the order in which they were made. */
export function forkTree(runs: readonly Run[]): TreeRun[] {
  const ids = new Set(runs.map(({ id }) => id));
  const rootless = (run: Run): boolean => run.parent === undefined || !ids.has(run.parent.run);
  const branch = (run: Run, depth: number): TreeRun[] => [
    { run, depth, index: runs.indexOf(run) },
    ...runs
      .filter(({ parent }) => parent?.run === run.id && ids.has(parent.run))
      .flatMap((fork) => branch(fork, depth + 1)),
  ];
  return runs.filter(rootless).flatMap((run) => branch(run, 0));
}

/** Batches over which the loss of the table is a mean: one batch alone says little. */
const meanOver = 20;

/** The figures of a run; undefined where there is nothing yet. */
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

/** A run's figures as they are now. */
export function figuresOf(run: Run): Figures {
  const { history } = run;
  const { length, evaluations } = history;
  const recent = history.loss.subarray(Math.max(0, length - meanOver), length);
  let best: Figures['best'];
  for (const { accuracy, epoch } of evaluations)
    if (best === undefined || accuracy > best.accuracy) best = { accuracy, epoch };
  return {
    step: length,
    steps: run.plan.peek().steps,
    loss: length === 0 ? undefined : recent.reduce((sum, value) => sum + value, 0) / recent.length,
    lr: run.lr.peek()[0],
    accuracy: evaluations.at(-1)?.accuracy,
    best,
  };
}

/** A run's live policy in one line; what was swapped out is an ellipsis. */
export function livePolicyText(run: Run): string {
  const isSwapped = run.interventions.value.some(({ kind }) => kind === 'swap');
  return joined('then', [...(isSwapped ? ['…'] : []), policyText(run.entries.value)]);
}
