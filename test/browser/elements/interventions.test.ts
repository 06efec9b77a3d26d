/** Changing the learning rate while the network trains, by role and label; what was used is checked exactly. */
import { CosineAnnealingLR, ExponentialLR, MultiStepLR } from '../../../src/schedulers/index.js';
import { expect, test } from '../support/lab-page.js';

/** A fast device makes hundreds of steps a second: epochs long enough to act within one. */
const stepsPerEpoch = 100;
const running = `<lr-lab model="tiny" batch-size="4" steps-per-epoch="${stepsPerEpoch}" epochs="500" lr="0.05"
  policy='{ "type": "ExponentialLR", "gamma": 0.9 }'></lr-lab>`;

test('swap, chain, remove and set act on a run that trains, which uses exactly their rates', async ({
  lab,
}) => {
  const { page } = lab;
  await lab.embed(running);
  await lab.button('Start').click();
  await lab.untilStep(15);

  await page.getByRole('tab', { name: 'JSON' }).click();
  const policy = page.getByRole('textbox', { name: 'Policy (JSON)' });
  await policy.fill('{ "type": "CosineAnnealingLR", "tMax": 8, "etaMin": 0.001 }');
  await page.getByRole('button', { name: /^Options/ }).click();
  await page.getByRole('radio', { name: 'next epoch' }).check();
  await page.keyboard.press('Escape');
  await lab.button(/^Swap in/).click();
  await expect(page.getByText(/Will be swapped in at step \d+, with the next epoch/)).toBeVisible();
  await expect(page.getByRole('list', { name: 'Loss: interventions' })).toContainText(/step \d+: swap ▸/);

  await policy.fill('{ "type": "MultiStepLR", "milestones": [2, 4], "gamma": 0.5 }');
  await page.getByRole('button', { name: /^Options/ }).click();
  await page.getByRole('radio', { name: 'now' }).check();
  await page.keyboard.press('Escape');
  await lab.button('Chain on top').click();
  await expect(page.getByText(/Chained on top at step/)).toBeVisible();
  const chained = (await lab.run()).loss.length;
  await lab.untilStep(chained + 4.5 * stepsPerEpoch);

  await page.getByRole('button', { name: 'Remove MultiStepLR' }).click();
  await expect(page.getByText(/MultiStepLR removed at step/)).toBeVisible();

  await page.getByRole('textbox', { name: 'Set learning rate' }).fill('0.02');
  await lab.button('Set').click();
  await expect(page.getByText(/Learning rate set to 0.02 at step/)).toBeVisible();
  await lab.untilStep((await lab.run()).loss.length + 2.5 * stepsPerEpoch);
  await lab.button('Pause').click();
  await lab.untilState('paused');

  const { lr, interventions } = await lab.run();
  expect(interventions.map(({ kind }) => kind)).toEqual(['swap', 'chain', 'unchain', 'setLr']);
  const [swap, chain, unchain, setLr] = interventions.map(({ step }) => step);
  expect(swap % stepsPerEpoch).toBe(0);

  // The same with the schedulers alone.
  const group: { lr: number; initialLr?: number; momentum: number } = { lr: 0.05, momentum: 0.9 };
  const optimizer = { paramGroups: [group] };
  let base: ExponentialLR | CosineAnnealingLR = new ExponentialLR(optimizer, { gamma: 0.9 });
  let above: MultiStepLR | undefined;
  const expected = lr.map((_, step) => {
    if (step === swap) {
      delete group.initialLr;
      base = new CosineAnnealingLR(optimizer, { tMax: 8, etaMin: 0.001 });
    }
    if (step === chain) above = new MultiStepLR(optimizer, { milestones: [2, 4], gamma: 0.5 });
    if (step === unchain) above = undefined;
    if (step === setLr) group.lr = 0.02;
    const used = group.lr;
    if ((step + 1) % stepsPerEpoch === 0) {
      base.step();
      above?.step();
    }
    return used;
  });
  expect(lr).toEqual(expected);

  const shown = (step: number) => step.toLocaleString('en');
  for (const chart of ['Loss', 'Learning rate']) {
    const marks = page.getByRole('list', { name: `${chart}: interventions` }).getByRole('listitem');
    await expect(marks).toHaveText([
      new RegExp(`step ${shown(swap)}: swap ▸ .*CosineAnnealingLR`),
      new RegExp(`step ${shown(chain)}: chain .*MultiStepLR`),
      new RegExp(`step ${shown(unchain)}: remove .*MultiStepLR`),
      new RegExp(`step ${shown(setLr)}: LR 0.02`),
    ]);
  }
});

test('a run with interventions repeats exactly', async ({ lab }) => {
  await lab.embed('<lr-lab model="tiny" batch-size="4" steps-per-epoch="10" epochs="6"></lr-lab>');
  const histories = await lab.element.evaluate(async (element) => {
    const lab = (element as HTMLElementTagNameMap['lr-lab']).lab!;
    const train = async () => {
      const [run] = lab.runs.value;
      await lab.swap(run, { type: 'StepLR', stepSize: 1, gamma: 0.5 }, { at: 15 });
      await lab.step(12);
      await lab.chain(run, { type: 'LinearLR', totalIters: 3 }, { at: 'epoch' });
      await lab.step(18);
      const { loss, lr } = run.history;
      return {
        loss: Array.from(loss),
        lr: Array.from(lr[0]),
        kinds: run.interventions.value.map(({ kind, step }) => `${kind} ${step}`),
      };
    };
    const first = await train();
    await lab.reset();
    return [first, await train()];
  });
  expect(histories[0].kinds).toEqual(['swap 15', 'chain 20']);
  expect(histories[0].loss).toHaveLength(30);
  expect(histories[1]).toEqual(histories[0]);
});

test('a schedule chosen before the start is the run’s own, without a flag', async ({ lab }) => {
  await lab.embed('<lr-lab model="tiny" batch-size="4" steps-per-epoch="10" epochs="6"></lr-lab>');
  await lab.page.getByRole('radio', { name: 'Cosine', exact: true }).check();
  await lab.button('Step').click();
  await lab.untilState('paused');
  const { entries, interventions, loss } = await lab.run();
  expect(entries.map(({ scheduler }) => scheduler.type)).toEqual(['CosineAnnealingLR']);
  expect(interventions).toEqual([]);
  expect(loss).toHaveLength(1);
});
