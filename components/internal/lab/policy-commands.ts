/** What the buttons around a policy do, before the start and while a run trains. */
import {
  type CompleteConfig,
  type Config,
  defaultConfig,
  type Intervention,
  type Lab,
  type Run,
} from '../../../src/lab/index.js';
import { isSamePolicy, type Policy, type PresetConfig, presetOfPolicy } from '../../../src/policy/index.js';
import { wholePlan } from './run-title.js';

/** Whether changes of a run are interventions; before that they edit its config. */
export function hasBegun(run: Run): boolean {
  // Not by the signal of its steps, which would render with every batch.
  return run.state.value === 'running' || run.history.length > 0;
}

/** Whether the run's rate can no longer change. */
export function isOver(run: Run): boolean {
  return run.state.value === 'finished' || run.state.value === 'held';
}

/** Sets the whole lab up as a preset's program has it; what another program set before goes back to the default. */
export function runProgram(lab: Lab, policy: Policy, program: PresetConfig): Promise<void> {
  return lab.reset({ ...settingsOf(program), policy });
}

/** Whether a config has all the settings of a program. */
export function isProgram(config: CompleteConfig, program: PresetConfig): boolean {
  return Object.entries<unknown>(settingsOf(program)).every(([name, value]) =>
    isSame(config[name as keyof Config], value),
  );
}

/** Whether two configs are the same but for the policy. */
export function hasSameSettings(one: CompleteConfig, other: CompleteConfig): boolean {
  const names = new Set(Object.keys({ ...one, ...other }) as (keyof Config)[]);
  return [...names].every((name) => name === 'policy' || isSame(one[name], other[name]));
}

/** Changes that take every setting of a config back to its default, where it has one. */
export function withoutOptions(config: CompleteConfig): Partial<Config> {
  return Object.fromEntries(Object.keys(config).map((name) => [name, undefined]));
}

/** The settings of a program; undefined is the default: the model that suits the device, the whole epoch. */
function settingsOf({ classes, ...program }: PresetConfig): Partial<Config> {
  return {
    model: undefined,
    stepsPerEpoch: undefined,
    checkValEveryNEpoch: undefined,
    batchSize: defaultConfig.batchSize,
    ...program,
    classes: classes === undefined ? undefined : Array.from({ length: classes }, (_, index) => index),
  };
}

/** Data sets and models are the same by identity, other settings by value. */
const isSame = (one: unknown, other: unknown): boolean =>
  one === other || (!isGiven(one) && !isGiven(other) && JSON.stringify(one) === JSON.stringify(other));

const isGiven = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && ('images' in value || 'layers' in value);

/**
 * Resets the lab with changed settings. A preset that was fitted to the run before is fitted to the new one.
 *
 * @throws InputError for a bad config, which changes nothing
 */
export async function resetAndRefit(lab: Lab, changes: Partial<Config>): Promise<void> {
  const [before] = lab.runs.peek();
  const preset = presetOfPolicy(before.config.policy, [wholePlan(before)]);
  await lab.reset(changes);
  const [run] = lab.runs.peek();
  if (preset === undefined || changes.policy !== undefined) return;
  const policy = preset.policy(wholePlan(run));
  if (!isSamePolicy(policy, run.config.policy)) await lab.swap(run, policy);
}

/**
 * Undoes a change that a run has made: a fork from its step, without it. It trains at once where the run trains, and
 * where the run has ended, so that nothing waits for it.
 */
export async function backToBefore(lab: Lab, run: Run, { id, step }: Intervention): Promise<Run> {
  const fork = await lab.fork(run, { at: step, without: id });
  if (isOver(run) && !isOver(fork)) await lab.start(fork);
  return fork;
}

/** Restores the session that the browser kept; the runs that trained when it was saved train at once. */
export async function resumeAndTrain(lab: Lab): Promise<void> {
  const training = lab.kept.peek()?.training;
  await lab.resume();
  const runs = lab.runs.peek().filter((run) => training?.includes(run.id) && !isOver(run));
  await Promise.all(runs.map((run) => lab.start(run)));
}

/** Continues from before a divergence, and trains at once. */
export async function rewindAndTrain(lab: Lab, run: Run): Promise<Run> {
  const fork = await lab.rewind(run);
  if (fork.state.peek() !== 'running') await lab.start(fork);
  return fork;
}
