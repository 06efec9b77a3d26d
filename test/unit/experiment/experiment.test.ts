/** An experiment on a Lab, from its session to its outcome. The worker is scripted: see `scripted-worker.ts`. */
import { describe, expect, it } from 'vitest';

import {
  builtInExperiment,
  builtInNames,
  Experiment,
  parseExperiment,
} from '../../../src/experiment/index.js';
import { Lab } from '../../../src/lab/index.js';
import { ScriptedWorkers } from '../lab/scripted-worker.js';

function experimentOf(input: object): Experiment {
  const result = parseExperiment({
    setup: { batchSize: 10, stepsPerEpoch: 10, epochs: 5 },
    runs: [{ name: 'a' }, { name: 'b', policy: { type: 'StepLR', stepSize: 2 } }],
    check: [{ code: 'rate-below', run: 'b', share: 0.1, by: 20 }],
    ...input,
  });
  if (result.success) return new Experiment(result.experiment);
  throw new Error(result.issues.map(({ message }) => message).join(' '));
}

const labOf = () => ({ openWorker: new ScriptedWorkers().open, retryDelays: [0] });

describe('an experiment', () => {
  it('trains all its runs to the end, and checks their histories', async () => {
    const outcome = await experimentOf({}).run({ seed: 3, lab: labOf() });
    expect(outcome.seed).toBe(3);
    expect(outcome.holds).toBe(true);
    expect(outcome.says).toMatchObject([{ code: 'rate-below', run: 'b', values: { step: 20, steps: 50 } }]);
    expect(outcome.runs.map(({ name, loss }) => [name, loss.length])).toEqual([
      ['a', 50],
      ['b', 50],
    ]);
    expect(outcome.stop).toEqual({ code: 'end', step: 49, steps: 50 });
  });

  it('stops at its event, at the same step with any seed', async () => {
    const experiment = experimentOf({ stop: [{ when: 'cut', run: 'b', more: 3 }] });
    const { stop, runs } = await experiment.run({ lab: labOf() });
    expect(stop).toEqual({ code: 'cut', run: 'b', step: 20, steps: 24 });
    expect(runs.map(({ loss }) => loss.length)).toEqual([24, 24]);
  });

  it('gives the same losses to runs that are the same, and makes planned changes', async () => {
    const experiment = experimentOf({
      runs: [{ name: 'a' }, { name: 'b', changes: [{ kind: 'setLr', step: 25, lr: 0.01 }] }],
      check: [{ code: 'rate-at', run: 'b', step: 25, lr: 0.01 }],
    });
    const { holds, runs } = await experiment.run({ lab: labOf() });
    expect(holds).toBe(true);
    expect(Array.from(runs[0].loss).slice(0, 26)).toEqual(Array.from(runs[1].loss).slice(0, 26));
    expect(runs[1].lr[24]).toBe(0.1);
  });

  it('saves a run and loads it again without a difference', async () => {
    const policy = { type: 'CosineAnnealingLR', tMax: 5 };
    const experiment = experimentOf({
      runs: [
        { name: 'a', policy },
        { name: 'b', policy, resume: 23 },
      ],
      check: [
        { code: 'same-losses', run: 'b', than: 'a' },
        { code: 'same-rates', run: 'b', than: 'a' },
      ],
    });
    expect(await experiment.run({ lab: labOf() })).toMatchObject({ holds: true, stop: { steps: 50 } });
  });

  it('finds the right choice of a guess', async () => {
    const experiment = experimentOf({
      guess: {
        choices: [
          { name: 'diverges', when: [{ code: 'diverges', run: 'b' }] },
          { name: 'cut', when: [{ code: 'rate-below', run: 'b', share: 0.5, by: 49 }] },
          { name: 'other', when: [] },
        ],
      },
    });
    expect((await experiment.run({ lab: labOf() })).answer).toBe('cut');
  });

  it('starts runs at the rates that a range test suggests', async () => {
    const experiment = experimentOf({
      rangeTest: { steps: 20 },
      runs: [{ name: 'a', lr: 'steepest' }, { name: 'b' }],
      check: [{ code: 'falls', run: 'a', share: 2 }],
    });
    // The scripted range test finds no rate of divergence.
    await expect(experiment.run({ lab: labOf() })).rejects.toMatchObject({ code: 'no-suggestion' });
    const lr = [0.1];
    const session = experiment.session({
      suggested: { lr, loss: [2], steepest: 0.7, tenthOfDivergence: 0.2 },
    });
    expect(Lab.fromJSON(session, labOf()).runs.value[0].config.optimizer.lr).toBe(0.7);
  });

  it('stops when its signal is aborted, and reports its progress', async () => {
    const end = new AbortController();
    const seen: number[] = [];
    const running = experimentOf({}).run({
      lab: labOf(),
      signal: end.signal,
      onProgress: (_, steps) => {
        seen.push(steps);
        if (steps === 20) end.abort(new Error('enough'));
      },
    });
    await expect(running).rejects.toThrow('enough');
    expect(seen).toEqual([10, 20]);
  });

  it.each(builtInNames)('%s opens in a lab, and is PyTorch code', async (name) => {
    const experiment = builtInExperiment(name)!;
    const lab = Lab.fromJSON(experiment.session({ seed: 5 }), labOf());
    expect(lab.runs.value.map((run) => run.name.value)).toEqual(experiment.spec.runs.map((run) => run.name));
    expect(new Set(lab.runs.value.map(({ config }) => config.seed))).toEqual(new Set([5]));
    for (const { code } of await experiment.programs()) expect(code).toContain('optimizer.step()');
    await lab.dispose();
  });
});
