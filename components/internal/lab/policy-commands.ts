/** What the buttons around a policy do, before the start and while a run goes on. */
import { type Config, defaultConfig, type Lab, type Run } from '../../../src/lab/index.js';
import type { Policy, PresetConfig } from '../../../src/policy/index.js';

/**
 * Before its first step the only run of a lab is but a config, so everything is written into that; otherwise it is an
 * intervention.
 */
export function hasBegun(lab: Lab, run: Run = lab.runs.value[0]): boolean {
  if (lab.runs.value.length > 1 || run.step.value > 0) return true;
  return !['idle', 'loading', 'failed'].includes(run.state.value);
}

/** Whether the run cannot be steered any more. */
export function isOver(run: Run): boolean {
  return run.state.value === 'finished' || run.state.value === 'held';
}

/** Puts a policy on top of what is chosen, before the start. */
export function chainAhead(lab: Lab, policy: Policy): Promise<void> {
  return lab.reset({ policy: [...lab.config.peek().policy, ...policy] });
}

/** Takes an entry out of what is chosen, before the start. */
export function unchainAhead(lab: Lab, index: number): Promise<void> {
  return lab.reset({ policy: lab.config.peek().policy.toSpliced(index, 1) });
}

/** Chooses another learning rate, before the start. */
export function setLrAhead(lab: Lab, lr: number): Promise<void> {
  return lab.reset({ optimizer: { ...lab.config.peek().optimizer, lr } });
}

/** Sets the whole lab up as a preset's program has it; what another program set before goes back to the default. */
export function runProgram(lab: Lab, policy: Policy, { classes, ...program }: PresetConfig): Promise<void> {
  const changes: Partial<Config> = {
    // Undefined takes an earlier choice back: the model that fits the device, the whole epoch.
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
