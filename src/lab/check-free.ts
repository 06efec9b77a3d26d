import type { Intervention } from '../timeline/index.js';
import { refusedCommand } from './problems.js';
import type { Run } from './run/run.js';

/**
 * Refuses a second thing at a step.
 *
 * @throws InputError `step-taken` where something else is planned, or a second policy were swapped in
 */
export function checkFree(run: Run, { kind, step }: Intervention, planned: readonly Intervention[]): void {
  const isSwapped = run.interventions.peek().some((other) => other.kind === 'swap' && other.step === step);
  if (!planned.some((other) => other.step === step) && !(kind === 'swap' && isSwapped)) return;
  throw refusedCommand('step-taken', `something acts on run ${run.id} at step ${step} already.`);
}
