import type { Intervention } from '../config/index.js';
import { buildPolicy, previewPolicy } from '../policy/index.js';
import { entriesAfter } from './log.js';
import { refusedCommand } from './problems.js';
import type { Run } from './run.js';

/**
 * Refuses what a run cannot have planned that no worker knows yet; later the worker itself tries every change.
 *
 * @throws InputError `no-such-entry` for an entry that will not be there, `policy-refused` for what no scheduler accepts
 */
export function checkAhead({ config, plan, planned }: Run, ahead: Intervention): void {
  const { lr } = config.optimizer;
  switch (ahead.kind) {
    case 'setLr':
      return;
    case 'unchain': {
      const before = planned.peek().filter(({ step }) => step <= ahead.step);
      const optimizer = { paramGroups: [{ lr, momentum: 0 }] };
      buildPolicy(entriesAfter(config.policy, before), optimizer).remove(ahead.index);
      return;
    }
    case 'swap':
    case 'chain':
    case 'adjust':
      previewPolicy(ahead.policy, { lr, steps: 0, stepsPerEpoch: plan.peek().stepsPerEpoch });
  }
}

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
