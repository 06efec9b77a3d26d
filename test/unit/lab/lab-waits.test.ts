/** Waiting for a Lab: `finished` and `until` always settle. The worker is scripted: see `scripted-worker.ts`. */
import { afterEach, describe, expect, it } from 'vitest';

import type { Config, Run } from '../../../src/lab/index.js';
import { Lab } from '../../../src/lab/index.js';
import { ScriptedWorkers } from './scripted-worker.js';

const steps = 24;
const labs: Lab[] = [];

function open(changes: Partial<Config> = {}): { lab: Lab; run: Run } {
  const config = { model: 'tiny', batchSize: 10, stepsPerEpoch: 6, epochs: 4, ...changes } as const;
  const lab = new Lab(config, { openWorker: new ScriptedWorkers().open, retryDelays: [] });
  labs.push(lab);
  return { lab, run: lab.runs.value[0] };
}

const codeOf = (promise: Promise<void>): Promise<string> =>
  promise.then(
    () => 'settled',
    (error: unknown) => (error as { code: string }).code,
  );

afterEach(async () => {
  await Promise.all(labs.splice(0).map((lab) => lab.dispose()));
});

describe('lab.finished', () => {
  it('settles when every run has made its last update', async () => {
    const { lab, run } = open();
    const [second] = await lab.race(run, [{ lr: 0.01 }]);
    await lab.start();
    await lab.finished;
    expect([run.step.value, second.step.value]).toEqual([steps, steps]);
  });

  it('waits for a start, and through a pause', async () => {
    const { lab, run } = open();
    let isFinished = false;
    const finished = lab.finished.then(() => (isFinished = true));
    await lab.step(3);
    expect(isFinished).toBe(false);
    await lab.start();
    await finished;
    expect(run.step.value).toBe(steps);
  });

  it('settles for a run that diverges, which is held', async () => {
    const { lab, run } = open({ optimizer: { type: 'SGD', lr: 10 } });
    await lab.start();
    await lab.finished;
    expect(run.held.value).toMatchObject({ step: 0 });
  });

  it('rejects with what stopped a run, also when it is read afterwards', async () => {
    const policy = [
      { scheduler: { type: 'OneCycleLR', maxLr: 0.2, totalSteps: 9 }, interval: 'step' },
    ] as const;
    const { lab, run } = open({ policy });
    const waiting = codeOf(lab.finished);
    await lab.start();
    expect(await waiting).toBe(run.failure.value?.code);
    expect(await codeOf(lab.finished)).toBe(run.failure.value?.code);
    await lab.swap(run, []);
    await lab.start();
    await lab.finished;
    expect(run.failure.value).toBeUndefined();
  });

  it('rejects when the lab is disposed of, and afterwards', async () => {
    const { lab } = open();
    const waiting = codeOf(lab.finished);
    await lab.dispose();
    expect(await waiting).toBe('aborted');
    expect(await codeOf(lab.finished)).toBe('disposed');
  });
});

describe('lab.until(step)', () => {
  it('settles once so many updates are known, and lets the run continue', async () => {
    const { lab, run } = open();
    await lab.start();
    await lab.until(7);
    expect(run.step.value).toBeGreaterThanOrEqual(7);
    await lab.finished;
  });

  it('settles at once for a step that has been made', async () => {
    const { lab } = open();
    await lab.step(5);
    expect(await codeOf(lab.until(5))).toBe('settled');
  });

  it.each([
    ['run-finished', {}],
    ['held', { optimizer: { type: 'SGD', lr: 10 } }],
  ] as const)('rejects with %s when the run makes fewer updates', async (code, config) => {
    const { lab } = open(config);
    await lab.start();
    expect(await codeOf(lab.until(steps + 1))).toBe(code);
  });

  it('rejects when its run is removed', async () => {
    const { lab, run } = open();
    const [second] = await lab.race(run, [{ lr: 0.01 }]);
    const waiting = codeOf(lab.until(5, { run: second }));
    await lab.remove(second);
    expect(await waiting).toBe('run-gone');
  });

  it('rejects when its signal is aborted', async () => {
    const { lab } = open();
    const cancel = new AbortController();
    const waiting = lab.until(5, { signal: cancel.signal });
    cancel.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });

  it('refuses a negative step', async () => {
    const { lab } = open();
    await expect(lab.until(-1)).rejects.toThrow('step is -1; accepted: integer ≥ 0.');
  });
});

it('run.toCSV() has a row for each step', async () => {
  const { lab, run } = open();
  await lab.step(3);
  const lines = run.toCSV().split('\r\n');
  expect(lines[0]).toBe('run,step,loss,lr,val_loss,val_accuracy');
  expect(lines.slice(1, 4).map((line) => line.split(',').slice(0, 3))).toEqual(
    [0, 1, 2].map((step) => ['A', String(step), String(run.history.loss[step])]),
  );
});
