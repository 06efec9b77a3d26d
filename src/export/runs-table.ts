import type { CsvRun } from './history-csv.js';
import { printed, quoted } from './csv-text.js';

/**
 * All runs in one table, as CSV (RFC 4180): a row for each step, and for each run a column of the loss of its batch before
 * the update and one of the rate used in it (of the first param group). Numbers are exact; a step that a run has not made
 * is empty.
 */
export function formatRunsTable(runs: readonly CsvRun[]): string {
  const steps = Math.max(0, ...runs.map(({ history }) => history.loss.length));
  const names = runs.flatMap(({ id }) => [`loss_${id}`, `lr_${id}`].map(quoted));
  const lines = [['step', ...names].join(',')];
  for (let step = 0; step < steps; step++) {
    const cells = runs.flatMap(({ history: { loss, lr } }) =>
      [loss.at(step), lr.at(0)?.at(step)].map(printed),
    );
    lines.push([step, ...cells].join(','));
  }
  return `${lines.join('\r\n')}\r\n`;
}
