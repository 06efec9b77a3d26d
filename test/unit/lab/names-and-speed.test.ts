/** Commands that change no number of a run. The worker is scripted: see `scripted-worker.ts`. */
import { describe, expect, it } from 'vitest';

import { Lab } from '../../../src/lab/index.js';
import { ScriptedWorkers } from './scripted-worker.js';

const config = { model: 'tiny', batchSize: 10, stepsPerEpoch: 6, epochs: 4 } as const;

function fakeLab() {
  const workers = new ScriptedWorkers();
  return { workers, lab: new Lab(config, { openWorker: workers.open, retryDelays: [0, 0] }) };
}

describe('a name', () => {
  it('is the run’s id until the run is renamed, and again after an empty name', async () => {
    const { lab } = fakeLab();
    const [run] = lab.runs.value;
    expect(run.name.value).toBe('A');
    await lab.rename(run, '  steep cosine ');
    expect(run.name.value).toBe('steep cosine');
    await lab.rename(run, ' ');
    expect(run.name.value).toBe('A');
  });

  it('is kept in the session file and in the link', async () => {
    const { lab } = fakeLab();
    await lab.rename(lab.runs.value[0], '余弦');
    const fromFile = Lab.fromJSON(JSON.parse(JSON.stringify(lab.toJSON())));
    expect(fromFile.runs.value[0].name.value).toBe('余弦');
    const { hash } = new URL(await lab.shareLink('https://example.org/'));
    expect((await Lab.fromLink(hash)).runs.value[0].name.value).toBe('余弦');
  });

  it('that is too long for a session file is refused', async () => {
    const { lab } = fakeLab();
    const [run] = lab.runs.value;
    await expect(lab.rename(run, 'x'.repeat(201))).rejects.toMatchObject({ code: 'run-name' });
    expect(run.name.value).toBe('A');
    await lab.rename(run, 'x'.repeat(200));
    expect(Lab.fromJSON(lab.toJSON()).runs.value[0].name.value).toHaveLength(200);
  });
});

describe('a speed limit', () => {
  it('reaches the present worker, and the one that replaces it', async () => {
    const { lab, workers } = fakeLab();
    await lab.limitSpeed(5);
    await lab.step(3);
    expect(workers.speedLimit).toBe(5);
    await lab.limitSpeed(50);
    expect(workers.speedLimit).toBe(50);
    workers.kill();
    await lab.step(3);
    expect(workers.started).toBe(2);
    expect(workers.speedLimit).toBe(50);
    await lab.limitSpeed();
    expect(workers.speedLimit).toBeUndefined();
    expect(lab.speedLimit.value).toBeUndefined();
  });

  it('changes no loss', async () => {
    const [free, limited] = [fakeLab(), fakeLab()];
    await limited.lab.limitSpeed(5);
    for (const { lab } of [free, limited]) await lab.step(10);
    expect(limited.lab.runs.value[0].history.loss).toEqual(free.lab.runs.value[0].history.loss);
  });

  it.each([0, -1, NaN, Infinity])('of %d is refused and changes nothing', async (limit) => {
    const { lab } = fakeLab();
    await lab.limitSpeed(7);
    await expect(lab.limitSpeed(limit)).rejects.toMatchObject({ code: 'config-value' });
    expect(lab.speedLimit.value).toBe(7);
  });
});
