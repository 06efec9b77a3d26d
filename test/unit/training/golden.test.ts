/** Whole runs compared with runs of PyTorch: same weights, batches and schedule, and therefore the same losses. */
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';

import { Trainer } from '../../../src/training/index.js';
import type { StepRow } from '../../../src/training/index.js';
import { isSoak, timeLimit } from '../../property-runs.js';
import { differences, goldenDataset, goldenRun, goldenRunNames } from '../../golden-runs.js';

// The browser tests run all of them on WebGPU; on this backend LeNet takes a minute.
const names = goldenRunNames.filter(
  (name, index) => isSoak || (!name.startsWith('lenet') && index % 2 === 0),
);

describe('a run on the cpu has the losses, rates and weights of the same run in PyTorch', () => {
  it.each(names)(
    '%s',
    async (name) => {
      const { run, recorded } = goldenRun(name);
      const trainer = await Trainer.create({ ...run.config, backend: 'cpu', dataset: goldenDataset(run) });
      const rows: StepRow[] = [];
      if (run.swap) {
        rows.push(...(await trainer.step(run.swap.step)));
        trainer.swap(run.swap.policy, { handoff: 'continue' });
      }
      rows.push(...(await trainer.step(run.steps - rows.length)));
      const score = await trainer.evaluate();
      expect(differences({ rows, score, weights: await trainer.weights() }, recorded)).toEqual([]);
      await trainer.dispose();
      expect(tf.memory().numTensors).toBe(0);
    },
    timeLimit,
  );
});
