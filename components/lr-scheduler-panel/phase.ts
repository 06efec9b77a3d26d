/** Where a run is in its training, which decides what the panel can do with a picked policy. */
import type { Run } from '../../src/lab/index.js';
import type { Policy, PresetId } from '../../src/policy/index.js';
import { hasBegun, isOver } from '../internal/lab/policy-commands.js';
import { presetFrom } from '../internal/lab/run-title.js';

/** Whether the schedule is the run's own, may replace the live one, or can only train a new run. */
export type Phase = 'ahead' | 'live' | 'over';

/** The phase of a run. */
export function phaseOf(run: Run): Phase {
  if (isOver(run)) return 'over';
  return hasBegun(run) ? 'live' : 'ahead';
}

/** The step at which the live policy began. */
export const liveStep = (run: Run): number =>
  run.interventions.value.findLast(({ kind }) => kind === 'swap')?.step ?? 0;

/** The preset that a run trains with. */
export function livePreset(run: Run): PresetId | undefined {
  return presetFrom(run, run.entries.value as Policy, liveStep(run));
}
