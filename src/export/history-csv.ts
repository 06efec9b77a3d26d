import { printed, quoted } from './csv-text.js';

/** The part of a run's history that is written. */
export interface CsvHistory {
  /** The loss of batch k before update k. */
  loss: Float32Array;
  /** The rates of update k, an array per param group. */
  lr: readonly Float64Array[];
  evaluations: readonly { step: number; loss: number; accuracy: number }[];
}

/** A run to write. */
export interface CsvRun {
  id: string;
  history: CsvHistory;
}

/**
 * Histories as CSV (RFC 4180): a row for each step with the loss of its batch before the update and the rate that each
 * param group used in it (`lr`, or `lr_0`, `lr_1`, … where there are several). A validation score is in the row of the
 * step whose loss has the same weights; the one at the end of a run has a row of its own. Numbers are exact, and may be
 * `NaN`, `Infinity` and `-Infinity`.
 */
export function formatHistoryCsv(runs: readonly CsvRun[]): string {
  const groups = Math.max(1, ...runs.map(({ history }) => history.lr.length));
  const rates = Array.from({ length: groups }, (_, group) => (groups === 1 ? 'lr' : `lr_${group}`));
  const lines = [`run,step,loss,${rates.join(',')},val_loss,val_accuracy`];
  for (const { id, history } of runs) {
    const { loss, lr, evaluations } = history;
    const scores = new Map(evaluations.map((evaluation) => [evaluation.step, evaluation]));
    const steps = scores.has(loss.length) ? loss.length + 1 : loss.length;
    const run = quoted(id);
    for (let step = 0; step < steps; step++) {
      let line = `${run},${step},${printed(loss.at(step))}`;
      for (let group = 0; group < groups; group++) line += `,${printed(lr.at(group)?.at(step))}`;
      const score = scores.get(step);
      lines.push(`${line},${printed(score?.loss)},${printed(score?.accuracy)}`);
    }
  }
  return `${lines.join('\r\n')}\r\n`;
}
