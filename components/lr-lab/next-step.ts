import type { Lab } from '../../src/lab/index.js';
import { isOver } from '../internal/lab/policy-commands.js';

/** What a reader who is new here could do next. */
export type NextStep = 'start' | 'swap' | 'fork' | 'race';

/** The next step, by what has been done so far; none for a reader who has done all of them. */
export function nextStep(lab: Lab): NextStep | undefined {
  const runs = lab.runs.value;
  // Not by the signal of its steps, which would render the page with every batch.
  if (runs.every((run) => run.state.value !== 'running' && run.history.length === 0)) return 'start';
  if (runs.length === 1 && isOver(runs[0])) return runs[0].held.value ? undefined : 'race';
  const isChanged = runs.some((run) => run.interventions.value.length + run.planned.value.length > 0);
  if (!isChanged && runs.length === 1) return 'swap';
  return runs.length === 1 ? 'fork' : undefined;
}
