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

  it('compares at the step of the verdict, where a third run is behind', async () => {
    const run = await open(0);
    await lab.race(run, [{ policy: cosine }, { policy: [] }]);
    await lab.step(25);
    const before = lab.runs.value.map((each) => said(each));
    await lab.step(15, { run });
    await lab.step(12, { run: lab.runs.value[1] });
    expect(lab.runs.value.map((each) => said(each))).toEqual(before);
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
