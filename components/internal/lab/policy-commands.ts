/** What the buttons around a policy do, before the start and while a run trains. */
import { type Config, defaultConfig, type Lab, type Run } from '../../../src/lab/index.js';
import type { Policy, PresetConfig } from '../../../src/policy/index.js';

/**
 * Before its first step the only run of a lab is just a config, so a change edits the config; later it is an
 * intervention.
 */
export function hasBegun(lab: Lab, run: Run = lab.runs.value[0]): boolean {
  if (lab.runs.value.length > 1 || run.step.value > 0) return true;
  return !['idle', 'loading', 'failed'].includes(run.state.value);
}

/** Whether the run's rate can no longer change. */
export function isOver(run: Run): boolean {
  return run.state.value === 'finished' || run.state.value === 'held';
}

/** Chains a policy onto the configured one, before the start. */
export function chainAhead(lab: Lab, policy: Policy): Promise<void> {
  return lab.reset({ policy: [...lab.config.peek().policy, ...policy] });
}

/** Removes an entry of the configured policy, before the start. */
export function unchainAhead(lab: Lab, index: number): Promise<void> {
  return lab.reset({ policy: lab.config.peek().policy.toSpliced(index, 1) });
}

/** Sets the configured learning rate, before the start. */
export function setLrAhead(lab: Lab, lr: number): Promise<void> {
  return lab.reset({ optimizer: { ...lab.config.peek().optimizer, lr } });
}

/** Sets the whole lab up as in a preset's program; settings of an earlier program return to the default. */
export function runProgram(lab: Lab, policy: Policy, { classes, ...program }: PresetConfig): Promise<void> {
  const changes: Partial<Config> = {
    // Undefined restores the default: the model that suits the device, the whole epoch.
    model: undefined,
    stepsPerEpoch: undefined,
    checkValEveryNEpoch: undefined,
    batchSize: defaultConfig.batchSize,
    ...program,
    policy,
    classes: classes === undefined ? undefined : Array.from({ length: classes }, (_, index) => index),
  };
  return lab.reset(changes);
}
