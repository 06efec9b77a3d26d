/** Real MNIST from the reader's own files. */
import { describe, expect, it } from 'vitest';

import { InputError } from '../../../src/errors.js';
import { Lab } from '../../../src/lab/index.js';
import { ScriptedWorkers } from './scripted-worker.js';

const config = { dataset: 'mnist', model: 'tiny', batchSize: 10, stepsPerEpoch: 6, epochs: 4 } as const;

describe('MNIST', () => {
  it('that is missing is refused as `mnist-absent`', async () => {
    const lab = new Lab(config, { openWorker: new ScriptedWorkers().open });
    await expect(lab.step(2)).rejects.toThrow(InputError);
    expect(lab.problem.value?.code).toBe('mnist-absent');
    await lab.dispose();
  });

  it('from files is read again by the worker that replaces a lost one', async () => {
    const workers = new ScriptedWorkers();
    const lab = new Lab(config, { openWorker: workers.open, retryDelays: [0] });
    await lab.readMnist([new File(['images'], 'images'), new File(['labels'], 'labels')]);
    await lab.step(5);
    workers.kill();
    await lab.step(5);
    expect(lab.problem.value).toBeUndefined();
    expect(lab.runs.value[0].history.length).toBe(10);
    await lab.dispose();
  });
});
