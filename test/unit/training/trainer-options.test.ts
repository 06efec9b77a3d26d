/** What only a program asks of a Trainer is checked as the rest of its config. */
import '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { Trainer } from '../../../src/training/index.js';
import { smallRun } from './small-runs.js';

it.each([0, 9, 2.5, NaN])(
  'refuses %s steps in a submit, and says what is accepted',
  async (stepsPerSubmit) => {
    const refusal = { code: 'config-value', path: 'stepsPerSubmit', accepted: '1 … 8' };
    await expect(Trainer.create({ ...smallRun(), stepsPerSubmit })).rejects.toMatchObject(refusal);
  },
);
