/** A session of an earlier visit that is restored. The worker and the store are fakes. */
import { afterEach, expect, it, vi } from 'vitest';
import { resumeAndTrain } from '../../../../components/internal/lab/policy-commands.js';
import { Lab } from '../../../../src/lab/index.js';
import { MemoryStore } from '../../lab/memory-store.js';
import { ScriptedWorkers } from '../../lab/scripted-worker.js';

const config = { model: 'tiny', batchSize: 10, stepsPerEpoch: 10, epochs: 10_000 } as const;

const labs: Lab[] = [];

function open(store: MemoryStore): Lab {
  const lab = new Lab(config, { keep: 'a', store, keepEvery: 0, openWorker: new ScriptedWorkers().open });
  labs.push(lab);
  return lab;
}

const statesOf = (lab: Lab) => lab.runs.value.map(({ state }) => state.value);

/** The lab of the next visit; nothing is saved from here on by the one before. */
async function visitAgain(store: MemoryStore): Promise<Lab> {
  const copy = new MemoryStore();
  for (const [key, value] of store.values) copy.values.set(key, value);
  const lab = open(copy);
  await vi.waitUntil(() => lab.kept.value);
  return lab;
}

/** Waits until the browser keeps the runs in these states of training. */
const untilKept = (store: MemoryStore, training: readonly string[]) =>
  vi.waitFor(() => expect(store.values.get('a')).toMatchObject({ training }));

afterEach(async () => {
  await Promise.all(labs.splice(0).map((lab) => lab.dispose()));
});

it('a run that trained trains on, and one that was paused stays paused', async () => {
  const store = new MemoryStore();
  const lab = open(store);
  const [run] = lab.runs.value;
  await lab.race(run, [{ policy: [] }]);
  await lab.start();
  await lab.pause(run);
  await untilKept(store, ['B']);
  const again = await visitAgain(store);
  await resumeAndTrain(again);
  expect(statesOf(again)).toEqual(['paused', 'running']);
});

it('a session that was paused as a whole stays paused, whatever was saved before', async () => {
  const store = new MemoryStore();
  const lab = open(store);
  await lab.start();
  await untilKept(store, ['A']);
  await lab.pause();
  await untilKept(store, []);
  const again = await visitAgain(store);
  await resumeAndTrain(again);
  expect(statesOf(again)).toEqual(['paused']);
});

it('a session that an earlier version has saved trains on', async () => {
  const store = new MemoryStore();
  const lab = open(store);
  await lab.step(5);
  await untilKept(store, []);
  const stored = store.values.get('a') as { training?: unknown };
  store.values.set('a', { ...stored, training: undefined });
  const again = await visitAgain(store);
  await resumeAndTrain(again);
  expect(statesOf(again)).toEqual(['running']);
});
