/** A first visit: pick, train, swap, compare. With the pointer, with the keyboard alone, and by touch on a phone. */
import type { LrLab } from '../../../components/index.js';
import { en } from '../../../components/locales/en.js';
import type { Terms } from '../../../components/locales/terms.js';
import { zhCn } from '../../../components/locales/zh-cn.js';
import { type Hand, KeyboardHand, PointerHand, TouchHand } from '../support/hands.js';
import { expect, type LabPage, test } from '../support/lab-page.js';

const markup = '<lr-lab model="tiny" batch-size="4" steps-per-epoch="10" epochs="12"></lr-lab>';

const visits = [
  { hand: 'pointer', Hand: PointerHand, locale: 'en', use: { viewport: { width: 1440, height: 900 } } },
  { hand: 'keyboard', Hand: KeyboardHand, locale: 'zh-CN', use: { viewport: { width: 1280, height: 720 } } },
  {
    hand: 'touch',
    Hand: TouchHand,
    locale: 'zh-CN',
    use: { viewport: { width: 390, height: 844 }, hasTouch: true },
  },
] as const;

/** A run that soon ends. */
const brief = markup.replace('steps-per-epoch="10"', 'steps-per-epoch="2"');

const wordsOf = { en, 'zh-CN': zhCn };

/** The runs as they stand. */
const runsOf = (lab: LabPage) =>
  lab.element.evaluate(({ lab }: LrLab) =>
    lab!.runs.value.map((run) => ({
      name: run.name.value,
      state: run.state.value,
      parent: run.parent,
      first: run.config.policy[0],
      did: run.interventions.value.map((each) => ({
        kind: each.kind,
        step: each.step,
        policy: 'policy' in each ? each.policy : [],
      })),
      steps: run.history.length,
      loss: Array.from(run.history.loss),
    })),
  );

const step = (lab: LabPage, count: number) =>
  lab.element.evaluate(({ lab }: LrLab, count) => lab!.step(count), count);

const preset = (lab: LabPage, name: string) => lab.page.getByRole('radio', { name, exact: true });

class Visit {
  private readonly lab: LabPage;
  private readonly hand: Hand;
  private readonly terms: Terms;

  constructor(lab: LabPage, hand: Hand, terms: Terms) {
    this.lab = lab;
    this.hand = hand;
    this.terms = terms;
  }

  async pick(id: 'cosine' | 'one-cycle' | 'exponential'): Promise<void> {
    await this.hand.pick(preset(this.lab, this.terms.presets[id].name));
  }

  async startTrainsWhatIsPicked(): Promise<void> {
    await this.pick('cosine');
    await expect(
      this.lab.page.getByText(this.terms.panel.startsWith(this.terms.presets.cosine.name)),
    ).toBeVisible();
    await this.hand.press(this.lab.button(this.terms.controls.start));
    await this.lab.untilStep(3);
    const [{ first, did }] = await runsOf(this.lab);
    expect(first.scheduler).toEqual({ type: 'CosineAnnealingLR', tMax: 12 });
    expect(did).toEqual([]);
    await this.hand.press(this.lab.button(this.terms.controls.pause));
    await this.lab.untilState('paused');
  }

  async swapWithTheButtonInView(): Promise<void> {
    await this.pick('one-cycle');
    const apply = this.lab.button(this.terms.panel.swap(this.terms.presets['one-cycle'].name));
    await expect(apply).toBeEnabled();
    await expect(apply).toBeInViewport();
    await this.hand.press(apply);
    await expect.poll(async () => (await runsOf(this.lab))[0].did.map(({ kind }) => kind)).toEqual(['swap']);
    const [{ did, steps }] = await runsOf(this.lab);
    // Fitted to what was left.
    expect(did[0].policy[0].scheduler).toMatchObject({ type: 'OneCycleLR', totalSteps: 120 - steps });
    await expect(apply, 'what is live cannot be swapped in again').toBeDisabled();
    await expect(apply, 'the keyboard stays where it is').toBeFocused();
  }

  async raceFromTheStart(): Promise<void> {
    await this.lab.element.evaluate(({ lab }: LrLab) => lab!.limitSpeed());
    await step(this.lab, 200);
    await this.lab.untilState('finished');
    await this.pick('exponential');
    await this.hand.press(this.lab.button(this.terms.panel.race));
    await expect(this.lab.page.locator('lr-scheduler-panel .actions :focus')).toHaveCount(1);
    await expect
      .poll(async () => (await runsOf(this.lab)).map(({ state }) => state))
      .toEqual(['finished', 'finished']);
    const [a, b] = await runsOf(this.lab);
    expect(b).toMatchObject({
      name: 'B',
      parent: { run: 'A', step: 0 },
      first: { scheduler: { type: 'ExponentialLR' } },
    });
    expect(b.loss[0], 'the same weights and the same batch').toBe(a.loss[0]);
  }
}

for (const { hand, Hand, locale, use } of visits) {
  test.describe(`${hand}, ${locale}`, () => {
    test.use({ ...use, locale });

    test('a picked schedule is trained, another is swapped in, and a third races from step 0', async ({
      lab,
    }) => {
      const visit = new Visit(lab, new Hand(lab.page), wordsOf[locale]);
      await lab.embed(markup.replace('<lr-lab', `<lr-lab lang="${locale}"`));
      // Slow enough to pause before the end.
      await lab.element.evaluate(({ lab }: LrLab) => lab!.limitSpeed(20));
      await test.step('pick and start', () => visit.startTrainsWhatIsPicked());
      await test.step('swap', () => visit.swapWithTheButtonInView());
      await test.step('race', () => visit.raceFromTheStart());
    });
  });
}

test('before the start undo restores the schedule that was picked before', async ({ lab }) => {
  await lab.embed(markup);
  const type = async () =>
    lab.element.evaluate(({ lab }: LrLab) => lab!.config.value.policy.map(({ scheduler }) => scheduler.type));
  await preset(lab, 'Cosine').check();
  await expect.poll(type).toEqual(['CosineAnnealingLR']);
  await lab.button('Undo').click();
  await expect.poll(type).toEqual(['StepLR']);
});

test('a program that is picked before the start brings all its settings, and undo restores the former ones', async ({
  lab,
}) => {
  await lab.embed(markup);
  const settings = async () => {
    const { optimizer, epochs, model, policy } = await lab.element.evaluate(
      ({ lab }: LrLab) => lab!.config.value,
    );
    return [optimizer.type, epochs, model, policy[0].scheduler.type];
  };
  const before = await settings();
  const program = ['Adam', 100, 'alexnet', 'LinearLR'];
  const { name } = en.presets['adam-warmup'];
  await preset(lab, name).check();
  await expect.poll(settings).toEqual(program);
  await expect(lab.page.getByText(`Start trains ${name}.`)).toBeVisible();
  await lab.button('Undo').click();
  await expect.poll(settings).toEqual(before);
  await lab.button('Redo').click();
  await expect.poll(settings).toEqual(program);
  await preset(lab, 'Cosine').check();
  await expect.poll(settings).toEqual([...before.slice(0, 3), 'CosineAnnealingLR']);
  await step(lab, 2);
  await preset(lab, name).check();
  await expect(lab.button('Swap in LinearLR')).toBeEnabled();
});

test('a double click on Start trains', async ({ lab }) => {
  await lab.embed(markup);
  await lab.button('Start').dblclick();
  await lab.untilStep(5);
});

test('a counterfactual keeps the run, and a new run carries the schedule', async ({ lab }) => {
  const { page } = lab;
  await lab.embed(markup);
  await step(lab, 20);
  await preset(lab, 'Cosine').check();
  await page.getByRole('button', { name: /^Options/ }).click();
  await page.getByRole('checkbox', { name: /^Keep the old schedule running/ }).check();
  await page.keyboard.press('Escape');
  await lab.button('Swap in Cosine').click();
  await expect.poll(async () => (await runsOf(lab)).length).toBe(2);
  const schedules = page.locator('lr-run-table .policy');
  await expect(schedules).toHaveText(['Step decay', 'Step decay → Cosine']);
  await step(lab, 30);
  const [a, b] = await runsOf(lab);
  expect([a.did, b.did.map(({ kind }) => kind)]).toEqual([[], ['swap']]);
  await expect(page.getByText(/^Since B swapped to Cosine \(30 steps\):/)).toBeVisible();
  await expect(page.getByText(/; A, still on Step decay: [\d.]+\./)).toBeVisible();
  await expect(page.getByText(/leads at step 50|are about equal at step 50/)).toBeVisible();
});

test('starting over keeps the schedule that is picked, and the epochs that were first set', async ({
  lab,
}) => {
  const { page } = lab;
  await lab.embed(brief);
  await step(lab, 3);
  await preset(lab, 'Warm restarts').check();
  await lab.button('Swap in Warm restarts').click();
  await step(lab, 6);
  const startOver = async () => {
    await lab.button('Start over').click();
    await lab.button('Delete and start over').click();
    await expect(page.getByText('Start trains Warm restarts.', { exact: true })).toBeVisible();
    await expect(page.getByText('step 0 / 24', { exact: true })).toBeVisible();
  };
  await startOver();
  await lab.button('Start').click();
  await lab.untilState('finished');
  await lab.button('Train 12 more epochs').click();
  await lab.untilStep(48);
  await lab.untilState('finished');
  await startOver();
});

test('a schedule that sets its own rates promises no other', async ({ lab }) => {
  const { page } = lab;
  await lab.embed(markup);
  await step(lab, 20);
  const options = page.getByRole('button', { name: /^Options/ });
  await preset(lab, 'Cosine').check();
  await expect(options).toContainText('now, from 0.1');
  await preset(lab, 'One cycle').check();
  await expect(options).toContainText('now, with its own rates');
  await options.click();
  await expect(
    page.getByText('This schedule sets its own rates; the rate before it does not matter.'),
  ).toBeVisible();
});

test('a fork begins at a past step with a schedule of its own, beside the others', async ({ lab }) => {
  const { page } = lab;
  await lab.embed(markup);
  await step(lab, 30);
  for (const at of ['12', '20']) {
    // A fork is selected, as every new run is.
    await page.getByRole('radio', { name: 'Select run A' }).check();
    await lab.button('Fork here').click();
    await page.getByRole('combobox', { name: 'Schedule of the copy' }).selectOption({ label: 'Cosine' });
    await page.getByRole('textbox', { name: 'At step' }).fill(at);
    await page.getByRole('dialog').getByRole('button', { name: 'Fork', exact: true }).click();
    await expect(page.getByRole('dialog')).toBeHidden();
    await expect(page.getByRole('radio', { name: 'Select run A' })).not.toBeChecked();
  }
  await step(lab, 5);
  const [, b, c] = await runsOf(lab);
  expect([b.parent, c.parent]).toEqual([
    { run: 'A', step: 12 },
    { run: 'A', step: 20 },
  ]);
  expect(b.did).toMatchObject([{ kind: 'swap', step: 12 }]);
});

test('a swap is undone from its entry: a fork from before it', async ({ lab }) => {
  await lab.embed(markup);
  await step(lab, 20);
  await preset(lab, 'Cosine').check();
  await lab.button('Swap in Cosine').click();
  await expect(lab.button('Undo')).toBeDisabled();
  await expect(lab.button(/^Back to before this/)).toHaveCount(2);
  await step(lab, 5);
  // The one beside the confirmation.
  await lab.page.getByRole('button', { name: 'Back to before this', exact: true }).click();
  await expect(lab.page.getByText('Run B continues from step 20 without that change.')).toBeVisible();
  await expect.poll(async () => (await runsOf(lab)).length).toBe(2);
  await step(lab, 5);
  const [a, b] = await runsOf(lab);
  expect([a.did.length, b.did.length, b.parent?.step]).toEqual([1, 0, 20]);
});

test('advice says what is probably not meant, and its button corrects it', async ({ lab }) => {
  const { page } = lab;
  await lab.embed(markup);
  await preset(lab, 'Cosine').check();
  await page.getByRole('textbox', { name: 'T_max', exact: true }).fill('6');
  const advice = page.getByRole('note', { name: 'Advice' });
  await expect(advice).toContainText('the rate rises again after epoch 6');
  await advice.getByRole('button').click();
  await expect(advice).toBeHidden();
  const [{ first }] = await runsOf(lab);
  expect(first.scheduler).toEqual({ type: 'CosineAnnealingLR', tMax: 12 });
});

test('after the end a preset that was fitted to the rest is fitted to a race of the whole run', async ({
  lab,
}) => {
  await lab.embed(markup);
  await step(lab, 40);
  await preset(lab, 'One cycle').check();
  await lab.button('Swap in One cycle').click();
  await step(lab, 80);
  await lab.untilState('finished');
  await lab.button('Race from step 0').click();
  await expect(lab.page.getByRole('row', { name: /\bB same start as A/ })).toBeVisible();
  const [ended, raced] = await runsOf(lab);
  expect(ended.did.map(({ policy }) => policy[0].scheduler)).toMatchObject([
    { type: 'OneCycleLR', totalSteps: 80 },
  ]);
  expect(raced.first.scheduler).toMatchObject({ type: 'OneCycleLR', totalSteps: 120 });
});

test('a finished run trains more epochs, and the schedule that was picked can be swapped in', async ({
  lab,
}) => {
  await lab.embed(markup);
  await step(lab, 120);
  await lab.untilState('finished');
  await preset(lab, 'Cosine').check();
  await lab.button('Train 12 more epochs').click();
  await lab.untilState('finished');
  await expect
    .poll(async () => (await runsOf(lab)).map(({ name, steps }) => [name, steps]))
    .toEqual([['A', 240]]);
  await lab.button('Train 12 more epochs').click();
  await lab.button('Swap in Cosine').click();
  await lab.untilState('finished');
  const [{ steps, did }] = await runsOf(lab);
  expect(steps).toBe(360);
  const [swap] = did;
  expect(swap.policy[0].scheduler.type).toBe('CosineAnnealingLR');
});

test('a run that gets more epochs keeps its schedule, and nothing is proposed that the reader has not picked', async ({
  lab,
}) => {
  const { page } = lab;
  await lab.embed(brief);
  await preset(lab, 'Cosine').check();
  await step(lab, 24);
  await lab.untilState('finished');
  await lab.element.evaluate(({ lab }: LrLab) => lab!.limitSpeed(1));
  await lab.button('Train 12 more epochs').click();
  // Fitted to a shorter run, it is no preset of this one.
  await expect(page.getByText('Run A is on CosineAnnealingLR. Pick another schedule.')).toBeVisible();
  await expect(lab.button('Swap in CosineAnnealingLR')).toBeDisabled();
  await expect(page.getByRole('radio', { checked: true, name: 'Your own' })).toHaveAccessibleDescription(
    'training now',
  );
  await expect(page.getByText('preview for A')).toBeHidden();
});

test('what the reader writes after the end stays when the run gets more epochs', async ({ lab }) => {
  await lab.embed(brief);
  await step(lab, 24);
  await lab.untilState('finished');
  const gamma = lab.page.getByRole('textbox', { name: 'gamma', exact: true });
  await gamma.fill('0.3');
  await lab.element.evaluate(({ lab }: LrLab) => lab!.limitSpeed(1));
  await lab.button('Train 12 more epochs').click();
  await expect(lab.button('Swap in StepLR')).toBeEnabled();
  await expect(gamma).toHaveValue('0.3');
});

test('after the end the rate cannot be changed, and its field says why, until the run gets more epochs', async ({
  lab,
}) => {
  await lab.embed(brief);
  const rate = lab.page.getByRole('textbox', { name: 'Set learning rate' });
  const remove = lab.button('Remove ExponentialLR');
  await lab.element.evaluate(({ lab }: LrLab) =>
    lab!.chain(lab!.runs.value[0], { type: 'ExponentialLR', gamma: 0.9 }),
  );
  await step(lab, 2);
  await expect(remove).toBeEnabled();
  await step(lab, 22);
  await lab.untilState('finished');
  await expect(lab.button('Set')).toBeDisabled();
  await expect(rate).toHaveAccessibleDescription('The run has ended. Train more epochs to set its rate.');
  await expect(remove).toHaveCount(0);
  await lab.element.evaluate(({ lab }: LrLab) => lab!.extend(lab!.runs.value[0], 1));
  await expect(lab.button('Set')).toBeEnabled();
  await expect(rate).toHaveAccessibleDescription('The schedule continues from this value.');
  await expect(remove).toBeEnabled();
});

test('the button that applies a preset is at most four Tab stops from it', async ({ lab }) => {
  const { page } = lab;
  await lab.embed(markup);
  await step(lab, 5);
  await preset(lab, 'Cosine').check();
  const apply = lab.button('Swap in Cosine');
  await expect(apply).toBeEnabled();
  await preset(lab, 'Cosine').focus();
  const isReached = () => apply.evaluate((each) => (each.getRootNode() as ShadowRoot).activeElement === each);
  let stops = 0;
  while (stops < 10 && !(await isReached())) {
    await page.keyboard.press('Tab');
    stops += 1;
  }
  expect(stops).toBeLessThanOrEqual(4);
});

test('a diverged run is rewound by the primary button, and trains at once', async ({ lab }) => {
  await lab.embed(markup.replace('<lr-lab', '<lr-lab lr="1000"'));
  await lab.button('Start').click();
  await expect(lab.page.getByRole('textbox', { name: 'Set learning rate' })).toHaveAccessibleDescription(
    'The run has diverged. Rewind it to train with another rate.',
  );
  await lab
    .button(/^Rewind and retry with lr/)
    .first()
    .click();
  await expect.poll(async () => (await runsOf(lab)).at(-1)).toMatchObject({ name: 'B', steps: 120 });
});

test('where no other run can train on, the primary button rewinds the diverged one, though another is selected', async ({
  lab,
}) => {
  await lab.embed(markup);
  await lab.element.evaluate(async ({ lab }: LrLab) => {
    await lab!.step(120);
    await lab!.race(lab!.runs.value[0], [{ lr: 1000 }], { at: 0 });
    await lab!.start();
  });
  await expect(lab.page.getByRole('alert')).toContainText('The loss of run B diverged');
  await lab.page.getByRole('radio', { name: 'Select run A' }).check();
  await lab.button(/^Rewind and retry with lr .* · B$/).click();
  await expect.poll(async () => (await runsOf(lab)).at(-1)).toMatchObject({ name: 'C', steps: 120 });
});
