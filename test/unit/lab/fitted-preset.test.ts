/** A preset that is swapped in by its name is fitted where it acts. The worker is scripted: see `scripted-worker.ts`. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Lab, type Run } from '../../../src/lab/index.js';
import { planFrom, presetOf } from '../../../src/policy/index.js';
import { ScriptedWorkers } from './scripted-worker.js';

const config = { model: 'tiny', batchSize: 10, stepsPerEpoch: 6, epochs: 200, policy: [] } as const;
const lr = 0.1;

let lab: Lab;
let run: Run;

beforeEach(() => {
  lab = new Lab({ ...config, optimizer: { type: 'SGD', lr } }, { openWorker: new ScriptedWorkers().open });
  [run] = lab.runs.value;
});

afterEach(() => lab.dispose());

/** One cycle over the updates from a step on. */
const fitted = (step: number) => presetOf('one-cycle')!.policy({ ...planFrom(run.plan.value, step), lr });

describe('a preset by its name', () => {
  it('is fitted to the steps left at the step at which it acts, however far the page is behind', async () => {
    await lab.start();
    const swap = await lab.swap(run, 'one-cycle');
    expect(swap).toEqual({
      kind: 'swap',
      handoff: 'continue',
      id: swap.id,
      step: swap.step,
      policy: fitted(swap.step),
    });
    await lab.pause();
    expect(run.entries.value).toEqual(fitted(swap.step));
  });

  it('is fitted to the step for which it is planned, and before the start to the whole run', async () => {
    await lab.swap(run, 'one-cycle', { at: 60 });
    expect(run.planned.value).toMatchObject([{ step: 60, policy: fitted(60) }]);
    await lab.chain(run, 'one-cycle');
    expect(run.config.policy).toEqual(fitted(0));
  });

  it('is fitted to the fork that makes the swap where the run keeps its schedule', async () => {
    await lab.step(20);
    const fork = await lab.swap(run, 'one-cycle', { counterfactual: true });
    expect(fork.entries.value).toEqual(fitted(20));
  });

  it('is refused where no preset has that name', async () => {
    await expect(lab.swap(run, 'two-cycles' as 'one-cycle')).rejects.toMatchObject({
      code: 'config-value',
      path: 'policy',
      received: '"two-cycles"',
    });
  });
});
