/** What is done to a run in every way that there is, against the schedulers alone: exactly the same rates. */
import type { Change } from '../../../src/timeline/index.js';
import type { PolicyEntry } from '../../../src/policy/index.js';
import type { ParamGroup } from '../../../src/schedulers/index.js';
import { ExponentialLR, MultiStepLR, OneCycleLR } from '../../../src/schedulers/index.js';
import { expect, test } from '../support/engine-page.js';
import { makeLab, storyOf } from '../support/lab-in-page.js';

const config = {
  stepsPerEpoch: 10,
  epochs: 4,
  optimizer: { type: 'SGD', lr: 0.1, momentum: 0.8 },
  policy: [{ scheduler: { type: 'ExponentialLR', gamma: 0.95 }, interval: 'step' }],
} as const;

const cosine: PolicyEntry = {
  scheduler: { type: 'CosineAnnealingLR', tMax: 12, etaMin: 0.001 },
  interval: 'step',
  frequency: 1,
};

/** When a swap is asked for after 13 steps, and the step at which it is to act. */
const timings = [
  { at: 'now', step: 13 },
  { at: 'epoch', step: 20 },
  { at: 26, step: 26 },
] as const;

for (const handoff of ['continue', 'restart', 'torch'] as const)
  test(`a swap with handoff ${handoff} has the rates of the schedulers alone, at whichever step it acts`, async ({
    enginePage: page,
  }) => {
    await makeLab(page, config);
    for (const { at, step } of timings) {
      const expected = await page.evaluate(
        async ({ cosine, handoff, at, step }) => {
          const { lab } = window;
          await lab.reset();
          const [run] = lab.runs.value;
          await lab.step(13);
          await lab.swap(run, [cosine], { handoff, at });
          await lab.step(27);

          // Here and not in Node: browsers need not agree on the last bit of a cosine.
          const { CosineAnnealingLR, ExponentialLR } = window.engine.schedulers;
          const group: ParamGroup = { lr: 0.1, momentum: 0.8 };
          const optimizer = { paramGroups: [group] };
          let scheduler: { step(): void } = new ExponentialLR(optimizer, { gamma: 0.95 });
          return Array.from({ length: 40 }, (_, now) => {
            if (now === step) {
              if (handoff !== 'torch') delete group.initialLr;
              if (handoff === 'restart') group.lr = 0.1;
              scheduler = new CosineAnnealingLR(optimizer, { tMax: 12, etaMin: 0.001 });
            }
            const used = group.lr;
            scheduler.step();
            return used;
          });
        },
        { cosine, handoff, at, step },
      );
      const { lr, interventions } = await storyOf(page);
      expect(lr, `at ${at}`).toEqual(expected);
      expect(interventions).toEqual([{ kind: 'swap', policy: [cosine], handoff, step }]);
    }
  });

test('a scheduler that is chained and removed leaves the others their state, momentum included', async ({
  enginePage: page,
}) => {
  await makeLab(page, {
    ...config,
    policy: [
      {
        scheduler: { type: 'OneCycleLR', maxLr: 0.2, totalSteps: 40, annealStrategy: 'linear' },
        interval: 'step',
      },
    ],
  });
  const used = await page.evaluate(async () => {
    const { lab, run } = window;
    await lab.step(5);
    await lab.chain(run, { type: 'MultiStepLR', milestones: [9, 11], gamma: 0.5 }, { at: 'epoch' });
    await lab.chain(run, { type: 'ExponentialLR', gamma: 0.5 }, { at: 12 });
    await lab.step(20);
    await lab.unchain(run, 1);
    const asked = lab.report(run);
    await lab.step(1);
    await lab.setLr(run, 0.03);
    await lab.step(13);
    return asked;
  });
  const { lr, interventions } = await storyOf(page);
  expect(interventions.map(({ kind, step }) => `${kind} ${step}`)).toEqual([
    'chain 10',
    'chain 12',
    'unchain 25',
    'setLr 26',
  ]);

  const group: ParamGroup = { lr: 0.1, momentum: 0.8 };
  const optimizer = { paramGroups: [group] };
  const base = new OneCycleLR(optimizer, { maxLr: 0.2, totalSteps: 40, annealStrategy: 'linear' });
  let milestones: MultiStepLR | undefined;
  let exponential: ExponentialLR | undefined;
  let momentum: number | undefined;
  const expected = Array.from({ length: 39 }, (_, now) => {
    if (now === 10) milestones = new MultiStepLR(optimizer, { milestones: [9, 11], gamma: 0.5 });
    if (now === 12) exponential = new ExponentialLR(optimizer, { gamma: 0.5 });
    if (now === 25) milestones = undefined;
    if (now === 25) momentum = group.momentum;
    if (now === 26) group.lr = 0.03;
    const { lr } = group;
    const endsEpoch = (now + 1) % 10 === 0;
    base.step();
    if (endsEpoch) milestones?.step();
    if (endsEpoch) exponential?.step();
    return lr;
  });
  expect(lr).toEqual(expected);
  expect(used).toMatchObject({
    step: 25,
    lr: [Math.fround(expected[25])],
    momentum: [Math.fround(momentum!)],
  });
});

test('a planned change can be moved and cancelled until it acts, and not after', async ({
  enginePage: page,
}) => {
  await makeLab(page, config);
  const result = await page.evaluate(async () => {
    const { lab, run } = window;
    const { codeOf } = window.engine;
    const halve = { scheduler: { type: 'ExponentialLR', gamma: 0.5 }, interval: 'step' } as const;
    await lab.step(3);
    const first = await lab.swap(run, halve, { at: 8 });
    const second = await lab.swap(run, [], { at: 20 });
    await lab.chain(run, halve, { at: 30 });
    const refused = [
      await lab.swap(run, [], { at: 20 }).catch(codeOf),
      await lab.movePlanned(run, first.id, 20).catch(codeOf),
      await lab.movePlanned(run, first.id, 2).catch(codeOf),
      await lab.removePlanned(run, 'unknown').catch(codeOf),
    ];
    await lab.movePlanned(run, first.id, 12);
    await lab.removePlanned(run, second.id);
    const planned = run.planned.value.map(({ kind, step }) => `${kind} ${step}`);
    await lab.step(37);
    const late = await lab.removePlanned(run, first.id).catch(codeOf);
    return { refused, planned, late, left: run.planned.value.length };
  });
  expect(result.refused).toEqual(['step-taken', 'step-taken', 'step-out-of-range', 'already-acted']);
  expect(result.planned).toEqual(['swap 12', 'chain 30']);
  expect(result).toMatchObject({ late: 'already-acted', left: 0 });
  const { interventions } = await storyOf(page);
  expect(interventions.map(({ kind, step }) => `${kind} ${step}`)).toEqual(['swap 12', 'chain 30']);
});

test('a preview is what the policy then does, and a plateau’s is marked as a guess', async ({
  enginePage: page,
}) => {
  await makeLab(page, config);
  const result = await page.evaluate(async (cosine) => {
    const { lab, run } = window;
    const ghost = () => ({
      ...run.preview.value,
      lr: Array.from(run.preview.value.lr[0].subarray(0, 40 - run.preview.value.from)),
    });
    const early = ghost();
    await lab.step(7);
    await lab.swap(run, [cosine]);
    await lab.chain(run, { type: 'ReduceLROnPlateau', patience: 1 });
    const guess = ghost();
    await lab.unchain(run, 1);
    const late = ghost();
    await lab.step(33);
    return { early, guess, late };
  }, cosine);
  const { lr } = await storyOf(page);
  expect(result.early).toMatchObject({ from: 0, isGuess: false });
  expect(result.early.lr.slice(0, 7)).toEqual(lr.slice(0, 7));
  expect(result.guess.isGuess).toBe(true);
  expect(result.late).toMatchObject({ from: 7, isGuess: false });
  expect(result.late.lr).toEqual(lr.slice(7));
});

test('the preview of a change starts at its step, and the run’s preview includes what is planned', async ({
  enginePage: page,
}) => {
  await makeLab(page, config);
  const result = await page.evaluate(async (cosine) => {
    const { lab, run } = window;
    const swap: Change = { kind: 'swap', policy: [cosine], handoff: 'continue' };
    await lab.step(7);
    await lab.chain(run, [cosine], { at: 14 });
    const refused = await lab.preview(run, swap, { at: 14 }).catch(window.engine.codeOf);
    const foreseen = await lab.preview(run, swap, { at: 'epoch' });
    const before = run.preview.value;
    await lab.swap(run, [cosine], { at: 'epoch' });
    const ghosts = [before, foreseen!, run.preview.value].map(({ from, lr }) => ({
      from,
      lr: Array.from(lr[0]),
    }));
    await lab.step(33);
    return { refused, ghosts };
  }, cosine);
  expect(result.refused).toBe('step-taken');
  const { lr, interventions } = await storyOf(page);
  expect(interventions.map(({ kind, step }) => `${kind} ${step}`)).toEqual(['swap 10', 'chain 14']);
  const [before, foreseen, planned] = result.ghosts;
  expect(foreseen).toEqual({ from: 10, lr: lr.slice(10) });
  expect(planned).toEqual({ from: 7, lr: lr.slice(7) });
  expect(before.lr.slice(0, 3)).toEqual(lr.slice(7, 10));
  expect(before.lr.slice(3)).not.toEqual(lr.slice(10));
});
