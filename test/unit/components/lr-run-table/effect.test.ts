/** What is said about the last change of a run. The worker is scripted. */
import { afterEach, describe, expect, it } from 'vitest';
import { effectOf } from '../../../../components/lr-run-table/effect.js';
import { en } from '../../../../components/locales/en.js';
import { zhCn } from '../../../../components/locales/zh-cn.js';
import { Lab, type Run } from '../../../../src/lab/index.js';
import { presetOf } from '../../../../src/policy/index.js';
import { ScriptedWorkers } from '../../lab/scripted-worker.js';

const config = { model: 'tiny', batchSize: 10, stepsPerEpoch: 10, epochs: 6 } as const;
const cosine = presetOf('cosine')!.policy({ steps: 60, stepsPerEpoch: 10, epochs: 6 });

let lab: Lab;

async function open(steps: number): Promise<Run> {
  lab = new Lab(config, { openWorker: new ScriptedWorkers().open });
  if (steps > 0) await lab.step(steps);
  return lab.runs.value[0];
}

afterEach(() => lab.dispose());

const said = (run: Run, terms = en): string | undefined => {
  const effect = effectOf(run, lab.runs.value, terms, String);
  return effect && `${effect.since} ${effect.numbers}`;
};

describe('what the last change has done', () => {
  it('is nothing before a change, and right after one', async () => {
    const run = await open(20);
    expect(said(run)).toBeUndefined();
    await lab.swap(run, cosine);
    expect(said(run)).toBeUndefined();
  });

  it('is the loss before and after a swap, and the steps since', async () => {
    const run = await open(20);
    await lab.swap(run, cosine);
    await lab.step(7);
    expect(said(run)).toMatch(/^Since A swapped to Cosine \(7 steps\): loss [\d.]+ → [\d.]+\.$/);
    expect(said(run, zhCn)).toMatch(/A.*余弦.*7/);
  });

  it('compares a counterfactual with the run that keeps its schedule', async () => {
    const run = await open(20);
    const other = await lab.swap(run, cosine, { counterfactual: true });
    await lab.step(5);
    expect(said(other)).toMatch(/^Since B swapped to Cosine \(5 steps\): .*; A, still on [^:]+: [\d.]+\.$/);
  });

  it('compares at the last step that both runs have made, where a third one is behind', async () => {
    const run = await open(0);
    const [second, third] = await lab.race(run, [{ policy: cosine }, { policy: [] }]);
    await lab.step(15);
    await lab.step(15, { run });
    await lab.step(12, { run: second });
    expect(said(second)).toMatch(/^B, on Cosine \(27 steps\): .*; A, on /);
    expect(said(run)).toMatch(/^A, on .* \(27 steps\): .*; B, on Cosine: /);
    expect(said(third)).toMatch(/^C, on .* \(15 steps\): .*; A, on /);
  });

  it('counts no step that a run has not made: neither one that diverged, nor its parent that trains on', async () => {
    const run = await open(0);
    const [rival] = await lab.race(run, [{ policy: cosine }]);
    await lab.step(20);
    await lab.setLr(run, 0.02);
    const fork = await lab.fork(run, { at: 20 });
    await lab.setLr(fork, 1e4);
    await lab.step(1, { run: fork });
    await lab.step(40, { run });
    await lab.step(40, { run: rival });
    expect(fork.state.value).toBe('held');
    expect(said(fork)).toMatch(/^Since C was set to lr 10000 \(1 step\): loss [\d.]+ → NaN/);
    expect(said(run)).toMatch(/^Since A was set to lr 0\.02 \(40 steps\): .*; B, still on Cosine: [\d.]+\.$/);
  });

  it('compares with no run that stopped long before', async () => {
    const run = await open(0);
    await lab.race(run, [{ policy: cosine }]);
    await lab.step(5);
    await lab.chain(run, cosine);
    await lab.step(2);
    expect(said(run)).toMatch(/\(2 steps\): .*; B, still on Cosine: /);
    await lab.step(52, { run });
    expect(said(run)).toMatch(/^Since A added CosineAnnealingLR \(54 steps\): loss [\d.]+ → [\d.]+\.$/);
  });

  it('compares the runs of a race from their start', async () => {
    const run = await open(0);
    await lab.race(run, [{ policy: cosine }]);
    await lab.step(25);
    expect(said(lab.runs.value[1])).toMatch(
      /^B, on Cosine \(25 steps\): loss [\d.]+; A, on [^:]+: [\d.]+\.$/,
    );
  });

  it.each([
    ['a rate set by hand', (run: Run) => lab.setLr(run, 0.02), /^Since A was set to lr 0\.02 \(3 steps\):/],
    ['a chain', (run: Run) => lab.chain(run, cosine), /^Since A added CosineAnnealingLR \(3 steps\):/],
  ])('names %s', async (_, change, words) => {
    const run = await open(20);
    await change(run);
    await lab.step(3);
    expect(said(run)).toMatch(words);
  });
});
