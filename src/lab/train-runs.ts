/** Trains runs of a Lab, together or one alone. */
import { badValue, refusal } from '../errors.js';
import type { RunList } from './run-list.js';
import type { Run } from './run/run.js';
import type { LabStatus } from './status.js';

/** The runs, and the status in which their speed is measured. */
interface Training {
  readonly list: RunList;
  readonly status: LabStatus;
}

/** Trains to the end all runs that can, or one; resolves once they train. */
export async function startRuns({ list, status }: Training, run?: Run, signal?: AbortSignal): Promise<void> {
  const drivers = list.startable(run);
  status.restartSpeed();
  await allOf(drivers.map((driver) => driver.begin(Infinity, signal)));
}

/** Stops all runs or one; resolves once every row is known. */
export async function stopRuns({ list }: Pick<Training, 'list'>, run?: Run): Promise<void> {
  const drivers = run ? [list.driverOf(run)] : list.all;
  await Promise.all(drivers.map((driver) => driver.stop()));
}

/**
 * Makes `count` steps of every run that can, or of one; resolves once their rows are known.
 *
 * @throws InputError `config-value` for another number than a whole one above 0, `running`
 */
export async function stepRuns(
  { list, status }: Training,
  count: number,
  run?: Run,
  signal?: AbortSignal,
): Promise<void> {
  if (!Number.isInteger(count) || count < 1) throw badValue('n', String(count), 'integer ≥ 1');
  const drivers = list.startable(run);
  // After a pause in progress the run can be stepped.
  await Promise.all(drivers.map((driver) => driver.stopped()));
  if (drivers.some((driver) => driver.isTraining))
    throw refusal('running', 'step() needs a paused run; this one is running.');
  status.restartSpeed();
  await allOf(drivers.map((driver) => driver.train(driver.run.history.length + count, signal)));
}

/** Waits for all, then rejects with the error of the first that failed. */
async function allOf(promises: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(promises)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}
