/** What the buttons around a policy do, before the start and while a run goes on. */
import { badValue } from '../../../src/errors.js';
import { type Config, defaultConfig, type Lab, type Run } from '../../../src/lab/index.js';
import type { Policy, PresetConfig } from '../../../src/policy/index.js';
import { numberOf } from '../kit/number-text.js';

/** Whether changes of a run are interventions; before that they edit its config. */
export function hasBegun(run: Run): boolean {
  return run.step.value > 0 || run.state.value === 'running';
}

/** Whether the run cannot be steered any more. */
export function isOver(run: Run): boolean {
  return run.state.value === 'finished' || run.state.value === 'held';
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

/** A learning rate from what a person typed. @throws InputError for what is no number above 0 */
export function rateFrom(text: string): number {
  const rate = numberOf(text);
  if (Number.isFinite(rate) && rate > 0) return rate;
  throw badValue('lr', `"${text}"`, 'number > 0');
}

/** A step from what a person typed; undefined for what is no step of these. */
export function stepFrom(text: string, from: number, to: number): number | undefined {
  const step = numberOf(text);
  return Number.isInteger(step) && step >= from && step <= to ? step : undefined;
}
