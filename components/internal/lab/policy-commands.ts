/** What the buttons around a policy do, before the start and while a run trains. */
import { type Config, defaultConfig, type Lab, type Run } from '../../../src/lab/index.js';
import type { Policy, PresetConfig } from '../../../src/policy/index.js';

/** Whether changes of a run are interventions; before that they edit its config. */
export function hasBegun(run: Run): boolean {
  return run.step.value > 0 || run.state.value === 'running';
}

/** Whether the run's rate can no longer change. */
export function isOver(run: Run): boolean {
  return run.state.value === 'finished' || run.state.value === 'held';
}

/** Sets the whole lab up as a preset's program has it; what another program set before goes back to the default. */
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
