/** What is left of a removed run. The worker is scripted: see `scripted-worker.ts`. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';

import type { Run } from '../../../src/lab/index.js';
import { Lab } from '../../../src/lab/index.js';
import type { OpenWorker } from '../../../src/lab/drive/worker-line.js';
import { ScriptedWorkers } from './scripted-worker.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

it('a removed run is released while the worker, which has collected no garbage, still has its listeners', async () => {
  const kept: unknown[] = [];
  const workers = new ScriptedWorkers();
  const openWorker: OpenWorker = (handleFailure) => {
    const line = workers.open(handleFailure);
    const prepare: typeof line.calls.prepare = (run, config, start, listener, load) => {
      kept.push(listener, load);
      return line.calls.prepare(run, config, start, listener, load);
    };
    const rangeTest: typeof line.calls.rangeTest = (run, options, load) => {
      kept.push(load);
      return line.calls.rangeTest(run, options, load);
    };
    return { ...line, calls: { ...line.calls, prepare, rangeTest } };
  };
  const lab = new Lab({ model: 'tiny', batchSize: 10, stepsPerEpoch: 6, epochs: 4 }, { openWorker });
  await lab.step(2);
  const removed = await removedRun(lab);
  for (let time = 0; time < 10 && removed.deref() !== undefined; time++) {
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
  }
  expect(removed.deref()).toBeUndefined();
  expect(kept).toHaveLength(5);
  await lab.dispose();
});

/** Forks a run, trains, tests and removes the fork; in a function of its own, so that nothing else here holds it. */
async function removedRun(lab: Lab): Promise<WeakRef<Run>> {
  const fork = await lab.fork(lab.runs.value[0], { lr: 0.01 });
  await lab.step(1, { run: fork });
  await lab.rangeTest(fork);
  await lab.remove(fork);
  return new WeakRef(fork);
}
