/** Epochs are added to the end of a run. The worker is scripted: see `scripted-worker.ts`. */
import { afterEach, beforeEach, expect, it } from 'vitest';

import { Lab, type Run } from '../../../src/lab/index.js';
import { normalisePolicy } from '../../../src/policy/index.js';
import { replay, ScriptedWorkers } from './scripted-worker.js';

const config = { model: 'tiny', batchSize: 10, stepsPerEpoch: 6, epochs: 2 } as const;
const policy = normalisePolicy({ type: 'ExponentialLR', gamma: 0.5 });

let workers: ScriptedWorkers;
let lab: Lab;
let run: Run;

function open(given: object = {}): void {
  workers = new ScriptedWorkers();
  lab = new Lab({ ...config, policy, ...given }, { openWorker: workers.open, checkpointEvery: 5 });
  [run] = lab.runs.value;
}

beforeEach(() => open());

afterEach(async () => {
  await lab.dispose();
});

const made = ({ history: { length, loss, lr } }: Run) => ({
  loss: [...loss.subarray(0, length)],
  lr: lr.map((group) => [...group.subarray(0, length)]),
});

it('a finished run that gets epochs continues as one that was as long from the start', async () => {
  await lab.step(12);
  expect(run.state.value).toBe('finished');
  await lab.extend(run, 2);
  expect(run.state.value).toBe('paused');
  expect(run.plan.value).toEqual({ epochs: 4, stepsPerEpoch: 6, steps: 24 });
  expect(run.preview.value.lr[0]).toHaveLength(12);
  await lab.step(12);
  expect(run.state.value).toBe('finished');
  const extended = made(run);
  const { evaluations } = run.history;
  await lab.dispose();
  open({ epochs: 4 });
  await lab.step(24);
  expect(extended).toEqual(made(run));
  expect(evaluations).toEqual(run.history.evaluations);
});

it('what acted and what is planned stays', async () => {
  await lab.step(3);
  await lab.setLr(run, 0.02);
  await lab.swap(run, [], { at: 10 });
  await lab.extend(run, 1);
  expect(run.planned.value.map(({ step }) => step)).toEqual([10]);
  await lab.step(15);
  const log = run.interventions.value;
  expect(log.map(({ kind, step }) => [kind, step])).toEqual([
    ['setLr', 3],
    ['swap', 10],
  ]);
  expect(made(run).loss).toEqual([...replay(run.config, log, 18).loss]);
});

it('a run that trains to its end trains on to the new one', async () => {
  await lab.start();
  await lab.extend(run, 3);
  await lab.until(30, { run });
  expect(run.history.length).toBe(30);
});

it('before the start it is the config that gets longer, and a session keeps it', async () => {
  await lab.extend(run, 5);
  expect(run.config.epochs).toBe(7);
  expect(run.state.value).toBe('idle');
  const other = Lab.fromJSON(lab.toJSON());
  expect(other.runs.value[0].plan.value.steps).toBe(42);
  await other.dispose();
});

it.each([0, -1, 1.5, NaN, Infinity])('%s epochs are refused, and the run trains on', async (epochs) => {
  await lab.step(2);
  await expect(lab.extend(run, epochs)).rejects.toMatchObject({
    code: 'config-value',
    path: 'epochs',
    received: String(epochs),
    accepted: 'integer ≥ 1',
  });
  expect(run.plan.value.epochs).toBe(2);
  await lab.step(10);
  expect(run.state.value).toBe('finished');
});

it('a run that is held is refused, and so is one that has been removed', async () => {
  open({ optimizer: { type: 'SGD', lr: 1e4 } });
  await lab.step(20).catch(() => undefined);
  expect(run.state.value).toBe('held');
  await expect(lab.extend(run, 1)).rejects.toMatchObject({ code: 'held' });
  const fork = await lab.fork(run, { at: 0 });
  await lab.remove(run);
  await expect(lab.extend(run, 1)).rejects.toMatchObject({ code: 'run-gone' });
  expect(lab.runs.value).toEqual([fork]);
});

it('a schedule that ends pauses the run at its end, where another can be swapped in', async () => {
  const scheduler = { type: 'OneCycleLR', maxLr: 0.1, totalSteps: 12 } as const;
  open({ policy: [{ scheduler, interval: 'step', frequency: 1 }] });
  await lab.step(12);
  await lab.extend(run, 1);
  await expect(lab.step(6)).rejects.toMatchObject({ code: 'policy-refused' });
  expect(run.state.value).toBe('paused');
  await lab.swap(run, policy);
  await lab.step(18 - run.history.length);
  expect(run.state.value).toBe('finished');
});
