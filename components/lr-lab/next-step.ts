import type { Lab } from '../../src/lab/index.js';
import { isOver } from '../internal/lab/policy-commands.js';

/** What a reader who is here for the first time could do next. */
export type NextStep = 'start' | 'swap' | 'fork';

/** The one next step, by what has been done so far; none for whoever has been through all of them. */
export function nextStep(lab: Lab): NextStep | undefined {
  const runs = lab.runs.value;
  // Not by the signal of its steps, which would render the page with every batch.
  if (runs.every((run) => run.state.value !== 'running' && run.history.length === 0)) return 'start';
  // What is over takes no swap and no fork.
  if (runs.length === 1 && isOver(runs[0])) return undefined;
  const isChanged = runs.some((run) => run.interventions.value.length + run.planned.value.length > 0);
  if (!isChanged && runs.length === 1) return 'swap';
  return runs.length === 1 ? 'fork' : undefined;
}
