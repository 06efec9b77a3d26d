/** Before step 0 a change edits the config. The worker is scripted: see `scripted-worker.ts`. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Lab, type Run } from '../../../src/lab/index.js';
import { normalisePolicy } from '../../../src/policy/index.js';
import { ScriptedWorkers } from './scripted-worker.js';

const config = { model: 'tiny', batchSize: 10, stepsPerEpoch: 6, epochs: 4, policy: [] } as const;
const halve = normalisePolicy({ type: 'ExponentialLR', gamma: 0.5 });
const cosine = normalisePolicy({ type: 'CosineAnnealingLR', tMax: 4 });

let workers: ScriptedWorkers;
let lab: Lab;
let run: Run;

beforeEach(() => {
  workers = new ScriptedWorkers();
  lab = new Lab(config, { openWorker: workers.open, retryDelays: [0, 0, 0] });
  [run] = lab.runs.value;
});

afterEach(async () => {
  await lab.dispose();
});

/** The lab of a link to a run with a swap at step 9 and a set rate at step 14. */
async function fromLink(): Promise<void> {
  await lab.swap(run, halve, { at: 9 });
  await lab.chain(run, cosine, { at: 14 });
  const { hash } = new URL(await lab.shareLink('https://example.org/'));
  await lab.openLink(hash);
  [run] = lab.runs.value;
}

describe('before step 0', () => {
  it('a swap replaces the policy of the config, a chain appends to it, an unchain removes an entry', async () => {
    await lab.swap(run, halve);
    expect(run.config.policy).toEqual(halve);
    await lab.chain(run, cosine, { at: 'epoch' });
    expect(run.config.policy).toEqual([...halve, ...cosine]);
    expect(run.entries.value).toEqual(run.config.policy);
    await lab.unchain(run, 0);
    expect(run.config.policy).toEqual(cosine);
    expect(lab.config.value.policy).toEqual(cosine);
  });

  it('a set rate becomes the rate of the optimizer, from which every scheduler starts', async () => {
    await lab.swap(run, cosine);
    await lab.setLr(run, 0.4);
    expect(run.config.optimizer.lr).toBe(0.4);
    expect(run.lr.value).toEqual([0.4]);
    await lab.step(24);
    expect(run.history.lr[0][6]).toBeCloseTo(0.4 * (1 + Math.cos(Math.PI / 4)) * 0.5, 12);
  });

  it('an adjustment gives the config other times, and refuses anything else', async () => {
    await lab.swap(run, cosine);
    await lab.adjust(run, normalisePolicy({ type: 'CosineAnnealingLR', tMax: 2 }));
    expect(run.config.policy).toMatchObject([{ scheduler: { tMax: 2 } }]);
    await expect(lab.adjust(run, halve)).rejects.toMatchObject({ code: 'other-policy' });
  });

  it('no change draws a flag or removes a planned change', async () => {
    await fromLink();
    const planned = run.planned.value;
    expect(planned.map(({ kind, step }) => `${kind} ${step}`)).toEqual(['swap 9', 'chain 14']);
    await lab.swap(run, cosine);
    await lab.chain(run, halve);
    await lab.unchain(run, 1);
    await lab.setLr(run, 0.2);
    expect(lab.runs.value).toEqual([run]);
    expect(run.planned.value).toEqual(planned);
    expect(run.interventions.value).toEqual([]);
    await lab.step(24);
    expect(run.interventions.value).toEqual(planned);
  });

  it('undoing a change restores the config and its losses', async () => {
    await fromLink();
    const { policy, optimizer } = run.config;
    const [preview] = run.preview.value.lr;
    await lab.swap(run, cosine);
    await lab.setLr(run, 0.9);
    expect([...run.preview.value.lr[0]]).not.toEqual([...preview]);
    await lab.swap(run, policy);
    await lab.setLr(run, optimizer.lr);
    expect(run.config).toMatchObject({ policy, optimizer });
    expect([...run.preview.value.lr[0]]).toEqual([...preview]);
  });

  it('a refused change changes nothing', async () => {
    const before = run.config;
    await expect(lab.unchain(run, 3)).rejects.toMatchObject({ code: 'no-such-entry' });
    await expect(lab.setLr(run, -1)).rejects.toMatchObject({ code: 'config-value' });
    await expect(lab.swap(run, { type: 'NoLR' } as never)).rejects.toMatchObject({ code: 'policy' });
    await expect(lab.chain(run, { type: 'CyclicLR', baseLr: [0.1, 0.2], maxLr: 0.3 })).rejects.toMatchObject({
      code: 'policy-refused',
    });
    expect(run.config).toBe(before);
  });

  it('a change reaches a worker that already holds the config', async () => {
    await lab.rangeTest(run);
    await lab.swap(run, halve);
    await lab.step(24);
    expect([...new Set(run.history.lr[0])]).toEqual([0.1, 0.05, 0.025, 0.0125]);
    expect(run.interventions.value).toEqual([]);
  });

  it('the preview of a change has the rates that the run then uses', async () => {
    for (const change of [
      { kind: 'setLr', lr: 0.3 } as const,
      { kind: 'chain', policy: halve } as const,
      { kind: 'swap', policy: cosine, handoff: 'restart' } as const,
    ]) {
      const preview = await lab.preview(run, change);
      if (change.kind === 'setLr') await lab.setLr(run, change.lr);
      else if (change.kind === 'chain') await lab.chain(run, change.policy);
      else await lab.swap(run, change.policy, change);
      expect(run.preview.value).toEqual(preview);
    }
  });

  it('a change does not affect another run that trains', async () => {
    const [racer] = await lab.race(run, [{ lr: 0.3 }]);
    await lab.step(3, { run });
    await lab.swap(racer, cosine);
    expect(racer.config.policy).toEqual(cosine);
    expect(run.config.policy).toEqual([]);
    await lab.swap(run, cosine);
    expect(run.interventions.value).toMatchObject([{ kind: 'swap', step: 3 }]);
  });
});

describe('a race', () => {
  it('from step 0 makes new runs with another policy, rate or optimizer and the same seed', async () => {
    await lab.step(24);
    const racers = await lab.race(run, [
      { policy: halve, name: 'halved' },
      { lr: 0.3 },
      { optimizer: { type: 'Adam', lr: 0.01 } },
      {},
    ]);
    expect(racers.map(({ config }) => [config.policy, config.optimizer.type, config.optimizer.lr])).toEqual([
      [halve, 'SGD', 0.1],
      [[], 'SGD', 0.3],
      [[], 'Adam', 0.01],
      [[], 'SGD', 0.1],
    ]);
    expect(racers.map(({ parent }) => parent)).toEqual(Array(4).fill({ run: 'A', step: 0 }));
    expect(racers.map(({ step }) => step.value)).toEqual([0, 0, 0, 0]);
    await lab.step(24);
    expect(racers[3].history.loss).toEqual(run.history.loss);
    expect(racers[1].history.loss[0]).toBe(run.history.loss[0]);
    expect(racers[1].history.loss.slice(2)).not.toEqual(run.history.loss.slice(2));
  });

  it('from the present step forks the run, and refuses another optimizer', async () => {
    await lab.step(5);
    const [racer] = await lab.race(run, [{ policy: halve, lr: 0.3 }], { at: 'now' });
    expect(racer.parent).toEqual({ run: 'A', step: 5 });
    const optimizer = { type: 'Adam', lr: 0.1 } as const;
    await expect(lab.race(run, [{ optimizer }], { at: 'now' })).rejects.toMatchObject({ path: 'optimizer' });
    await expect(lab.race(run, [])).rejects.toMatchObject({ code: 'config-value' });
  });
});
