/**
 * Decides what a change of a run means, in one place: before step 0 it edits the config, later it is an intervention,
 * planned by the page while no worker holds the run, and otherwise made or planned by the worker. Each decision is made
 * in the run's own queue, after all earlier changes.
 */
import type { CompleteConfig } from '../config/index.js';
import { completeConfig, expectedGroups } from '../config/index.js';
import { badValue } from '../errors.js';
import type { Policy, PolicyInput, PresetId } from '../policy/index.js';
import { normalisePolicy, presetOf, presets } from '../policy/index.js';
import type {
  At,
  Change,
  ChangeRequest,
  Intervention,
  RatePreview,
  UnfittedPolicy,
} from '../timeline/index.js';
import {
  checkChange,
  checkFree,
  fittedChange,
  nextInterventionId,
  previewRates,
  RateDriver,
  replanned,
  stepOf,
} from '../timeline/index.js';
import type { RunDriver } from './drive/run-driver.js';
import { checkNotHeld } from './drive/run-driver.js';
import { driverAtStart } from './run/expected-run.js';
import type { Run, RunRecord } from './run/run.js';

/**
 * The policy that a caller asks for: one of its own, or the id of a preset.
 *
 * @throws InputError `policy` for one that is not valid, `config-value` for a name that is not a preset's
 */
export function requestedPolicy(run: Run, policy: PolicyInput | PresetId): Policy | UnfittedPolicy {
  if (typeof policy !== 'string') return normalisePolicy(policy);
  if (presetOf(policy) === undefined)
    throw badValue('policy', `"${policy}"`, presets.map(({ id }) => `"${id}"`).join(' | '));
  return { preset: policy, lr: run.config.optimizer.lr };
}

/**
 * Makes a change of a run, or plans it; a preset is fitted where its step is known.
 *
 * @returns the change with its step; before step 0 it is then part of the config
 * @throws InputError saying why it cannot be made
 */
export function makeChange(driver: RunDriver, request: ChangeRequest, at: At): Promise<Intervention> {
  checkChange(request);
  const id = nextInterventionId();
  return driver.inTurn(async (signal) => {
    checkNotHeld(driver.run);
    if (driver.hasBegun) return driver.call((worker, run) => worker.intervene(run, id, request, at), signal);
    const { run } = driver;
    const plan = run.plan.peek();
    const step = stepOf(at, 0, plan);
    const change = fittedChange(request, step, plan);
    const intervention = { ...change, id, step };
    if (step === 0) edit(driver, change);
    else {
      const planned = run.planned.peek();
      checkFree(intervention, planned, []);
      previewBeforeStart(run, intervention);
      planAhead(driver, [...planned, intervention]);
    }
    return intervention;
  });
}

/**
 * Moves a planned change to another step, or removes it if no step is given.
 *
 * @throws InputError `already-acted` for a change that is not planned any more, `step-out-of-range`, `step-taken`
 */
export function movePlanned(driver: RunDriver, id: string, step: number | undefined): Promise<void> {
  return driver.inTurn(async (signal) => {
    const { run } = driver;
    checkNotHeld(run);
    if (driver.hasBegun) {
      let isSent = false;
      await driver.call(async (worker, key) => {
        // A worker may be lost after removing the change and before answering.
        if (isSent && step === undefined && !isKnown(run, id)) return { ok: true, value: undefined };
        isSent = true;
        return worker.replan(key, id, step);
      }, signal);
      return;
    }
    const present = { now: 0, plan: run.plan.peek(), acted: [] };
    planAhead(driver, replanned(run.planned.peek(), id, step, present));
  });
}

/**
 * Adds epochs to the end of a run; one that trains is stopped for it.
 *
 * @returns whether it was training to its end
 * @throws InputError `held`, or `config-value` for a number of epochs that cannot be added
 */
export function extendRun(driver: RunDriver, epochs: number): Promise<boolean> {
  return driver.inTurn(async () => {
    checkNotHeld(driver.run);
    if (!Number.isInteger(epochs) || epochs < 1) throw badValue('epochs', String(epochs), 'integer ≥ 1');
    // Refused before anything stops.
    completeConfig({ epochs: driver.run.plan.peek().epochs + epochs }, driver.run.config);
    const { trainsToEnd } = driver;
    await driver.stop();
    driver.run.extend(epochs);
    // The next start prepares it at its new length.
    await driver.free();
    return trainsToEnd;
  });
}

/**
 * The rates that a change would lead to, with all planned changes; nothing is changed. `undefined` while they are
 * unknown: for a run with a history that no worker holds.
 *
 * @throws InputError for a change that would be refused, now or at its step
 */
export async function previewChange(
  driver: RunDriver,
  change: Change,
  at: At,
): Promise<RatePreview | undefined> {
  checkChange(change);
  const { run } = driver;
  checkNotHeld(run);
  if (driver.isReady && driver.hasBegun) return driver.call((worker, id) => worker.preview(id, change, at));
  const step = stepOf(at, run.history.length, run.plan.peek());
  // A run that is being started may be at a later step; the worker checks.
  if (!driver.isTraining && step > 0)
    checkFree({ kind: change.kind, step }, run.planned.peek(), run.interventions.peek());
  return run.history.length > 0 ? undefined : previewBeforeStart(run, { ...change, step });
}

const isKnown = (run: Run, id: string): boolean =>
  [run.planned, run.interventions].some((list) => list.peek().some((each) => each.id === id));

/** Writes a change into the config; a worker that holds the run gets the new config at the start. */
function edit(driver: RunDriver, change: Change): void {
  driver.run.edit(editedConfig(driver.run.config, change));
  void driver.free();
}

/** Plans while no worker trains the run; a worker that holds it gets the plan at the start. */
function planAhead(driver: RunDriver, planned: readonly Intervention[]): void {
  driver.run.planAhead(planned);
  void driver.free();
}

/**
 * The rates of a run that has not begun if a change were made at its step.
 *
 * @throws InputError saying why it cannot be made there, or why the run does not reach that step
 */
function previewBeforeStart(run: RunRecord, change: Change & { step: number }): RatePreview {
  const plan = run.plan.peek();
  const planned = run.planned.peek();
  if (change.step > 0) return previewRates(driverAtStart(run.config), { plan, now: 0, planned, change });
  return previewRates(driverAtStart(editedConfig(run.config, change)), { plan, now: 0, planned });
}

/**
 * The config after a change before step 0: a swap or an adjustment replaces its policy, a chain appends to it, an unchain
 * removes an entry, and a rate becomes the optimizer's.
 *
 * @throws InputError for a change that the config's own policy refuses
 */
function editedConfig(config: CompleteConfig, change: Change): CompleteConfig {
  const { optimizer } = config;
  if (change.kind === 'setLr') return completeConfig({ optimizer: { ...optimizer, lr: change.lr } }, config);
  const edited = completeConfig({ policy: editedPolicy(config, change) }, config);
  // Throws what its schedulers refuse.
  new RateDriver({ paramGroups: expectedGroups(optimizer) }, edited.policy);
  return edited;
}

function editedPolicy(config: CompleteConfig, change: Exclude<Change, { kind: 'setLr' }>): Policy {
  switch (change.kind) {
    case 'swap':
      return change.policy;
    case 'chain':
      return [...config.policy, ...change.policy];
    case 'adjust':
    case 'unchain': {
      // The live policy checks which times may change, and which entries exist.
      const driver = driverAtStart(config);
      driver.change(change);
      return [...driver.entries];
    }
  }
}
