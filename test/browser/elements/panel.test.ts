/** The panel as a person uses it: every scheduler and parameter, by role and label. */
import type { Locator, Page } from '@playwright/test';

import type { LrLab } from '../../../components/index.js';
import { en } from '../../../components/locales/en.js';
import {
  buildPolicy,
  normalisePolicy,
  type Policy,
  presets,
  type schedulerParameters,
  type SchedulerSpec,
  type SchedulerType,
  schedulerTypes,
} from '../../../src/policy/index.js';
import type { ParamGroup } from '../../../src/schedulers/index.js';
import type { LabPage } from '../support/lab-page.js';
import { expect, test } from '../support/lab-page.js';

// The first test is long, and none depends on another.
test.describe.configure({ mode: 'parallel' });

type Parameters = typeof schedulerParameters;

/** What is typed, chosen or ticked for every parameter; one that is left out does not compile. */
type Entries = {
  [Type in SchedulerType]: Record<
    Exclude<keyof Parameters[Type], 'schedulers' | 'passMetrics'>,
    string | boolean
  >;
};

const entries: Entries = {
  LambdaLR: { lrLambda: '1 / (1 + 0.01 * epoch)', lastEpoch: '-1' },
  MultiplicativeLR: { lrLambda: 'epoch < 50 ? 0.99 : 1', lastEpoch: '-1' },
  StepLR: { stepSize: '3', gamma: '0.5', lastEpoch: '-1' },
  MultiStepLR: { milestones: '2, 5, 9', gamma: '0.6', lastEpoch: '-1' },
  ConstantLR: { factor: '0.25', totalIters: '4', lastEpoch: '-1' },
  LinearLR: { startFactor: '0.2', endFactor: '0.9', totalIters: '7', lastEpoch: '-1' },
  ExponentialLR: { gamma: '0.97', lastEpoch: '-1' },
  SequentialLR: { milestones: '6', lastEpoch: '-1' },
  PolynomialLR: { totalIters: '300', power: '1.5', lastEpoch: '-1' },
  CosineAnnealingLR: { tMax: '40', etaMin: '1e-5', lastEpoch: '-1' },
  ChainedScheduler: {},
  ReduceLROnPlateau: {
    mode: 'max',
    factor: '0.7',
    patience: '2',
    threshold: '0.01',
    thresholdMode: 'abs',
    cooldown: '1',
    minLr: '0.0001',
    eps: '1e-9',
  },
  CyclicLR: {
    baseLr: '0.002',
    maxLr: '0.03',
    stepSizeUp: '5',
    stepSizeDown: '8',
    mode: 'exp_range',
    gamma: '0.995',
    scaleFn: '0.9 ** x',
    scaleMode: 'iterations',
    cycleMomentum: true,
    baseMomentum: '0.7',
    maxMomentum: '0.88',
    lastEpoch: '-1',
  },
  CosineAnnealingWarmRestarts: { t0: '6', tMult: '2', etaMin: '0.0002', lastEpoch: '-1' },
  OneCycleLR: {
    maxLr: '0.04',
    totalSteps: '100000',
    epochs: '20',
    stepsPerEpoch: '30',
    pctStart: '0.4',
    annealStrategy: 'linear',
    cycleMomentum: true,
    baseMomentum: '0.8',
    maxMomentum: '0.9',
    divFactor: '20',
    finalDivFactor: '500',
    threePhase: true,
    lastEpoch: '-1',
  },
  SWALR: { swaLr: '0.015', annealEpochs: '9', annealStrategy: 'linear', lastEpoch: '-1' },
};

/** PyTorch's names, with which the fields are labelled. */
const python: Partial<Record<string, string>> = { tMax: 'T_max', t0: 'T_0', tMult: 'T_mult' };
const nameOf = (key: string): string =>
  python[key] ?? key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A run beside the panel alone. */
const training = `<lr-lab model="tiny" batch-size="4" steps-per-epoch="10" epochs="30" lr="0.05"
  policy='{ "scheduler": { "type": "ExponentialLR", "gamma": 0.999 }, "interval": "step" }'><lr-scheduler-panel></lr-scheduler-panel></lr-lab>`;

/** A run that has not begun, and begins with one scheduler. */
const quiet = `<lr-lab model="tiny" batch-size="4" steps-per-epoch="5" epochs="20"
  policy='{ "type": "ExponentialLR", "gamma": 0.9 }'></lr-lab>`;

const card = (page: Page, name: RegExp): Locator => page.getByRole('button', { name });

/** Chooses when a change acts, from which rate, or whether the old schedule stays. */
async function choose(page: Page, role: 'radio' | 'checkbox', name: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: /^Options/ }).click();
  await page.getByRole(role, { name }).check();
  await page.keyboard.press('Escape');
}

const hasErrors = (page: Page): Locator => page.getByText('This schedule has errors.');

/** The field of a parameter on the card that is open. */
async function enter(page: Page, name: string, value: string | boolean): Promise<void> {
  const field = page.getByLabel(name, { exact: true }).and(page.locator('#value'));
  if (typeof value === 'boolean') {
    await field.setChecked(!value);
    await field.setChecked(value);
  } else if ((await field.evaluate(({ localName }) => localName)) === 'select') {
    await field.selectOption(value);
  } else await field.fill(value);
}

async function enterAll(page: Page, type: SchedulerType): Promise<void> {
  const more = page.getByText('All parameters');
  if ((await more.count()) > 0) await more.first().click();
  for (const [key, value] of Object.entries(entries[type])) {
    const isJoint = type === 'SequentialLR' && key === 'milestones';
    await enter(page, isJoint ? 'then at milestones[0]' : nameOf(key), value);
  }
}

/** The policy that was swapped in last, and the rates before and since. */
function sinceSwap(lab: LabPage) {
  return lab.element.evaluate(({ lab }: LrLab) => {
    const [run] = lab!.runs.value;
    const swap = run.interventions.value.findLast(({ kind }) => kind === 'swap')!;
    return {
      step: swap.step,
      policy: 'policy' in swap ? swap.policy : [],
      lr: Array.from(run.history.lr[0].subarray(swap.step)),
    };
  });
}

/** What the GPU uses in the next step, and what the schedulers have for it. */
function usedAndScheduled(lab: LabPage) {
  return lab.element.evaluate(async ({ lab }: LrLab) => {
    const [run] = lab!.runs.value;
    const [{ step, lr }] = await Promise.all([lab!.report(run), lab!.step(1)]);
    return { step, used: lr, scheduled: run.history.lr.map((rates) => rates[step]) };
  });
}

test('every scheduler is built, edited in every parameter and swapped in, and the GPU uses its rates', async ({
  lab,
}) => {
  const { page } = lab;
  await lab.embed(training);
  await lab.step(3);
  await choose(page, 'radio', /^base LR/);
  for (const type of schedulerTypes) {
    // From a single card on, whatever was built before.
    await page.getByRole('radio', { name: 'Constant' }).check();
    await page.getByRole('button', { name: 'Add a scheduler' }).click();
    await page.getByRole('combobox', { name: 'scheduler', exact: true }).selectOption(type);
    await enterAll(page, type);
    await page.getByRole('combobox', { name: 'steps after every' }).selectOption('step');
    if (type === 'ReduceLROnPlateau')
      await page.getByRole('combobox', { name: 'monitor' }).selectOption('trainLoss');
    await lab.button(/^Swap in /).click();
    await expect(page.getByText(/Swapped in at step [\d,]+\./)).toBeVisible();
    await lab.step(9);

    const { step, policy, lr } = await sinceSwap(lab);
    const [entry] = policy;
    expect(entry).toMatchObject({ scheduler: { type }, interval: 'step', frequency: 1 });
    for (const [key, text] of Object.entries(entries[type])) {
      const value = (entry.scheduler as unknown as Record<string, unknown>)[key];
      const said = Array.isArray(value) ? value.join(', ') : value;
      expect(
        typeof text === 'string' && typeof said === 'number' ? String(Number(text)) : text,
        `${type} ${key}`,
      ).toEqual(typeof said === 'number' ? String(said) : said);
    }
    if (type !== 'ReduceLROnPlateau') expectSame(type, lr, ratesOf(policy, 9));
    const { step: reported, used, scheduled } = await usedAndScheduled(lab);
    expect(reported, type).toBe(step + 9);
    expect(used, type).toEqual(scheduled.map(Math.fround));
  }
});

/** Equal but for the last bits of a power, which engines round differently. */
function expectSame(type: string, rates: number[], expected: number[]): void {
  expect(
    rates.map((rate) => rate.toPrecision(12)),
    type,
  ).toEqual(expected.map((rate) => rate.toPrecision(12)));
}

/** What the schedulers alone do on a fresh optimizer. */
function ratesOf(policy: Policy, rows: number): number[] {
  const optimizer = { paramGroups: [{ lr: 0.05, momentum: 0.9 }] };
  const live = buildPolicy(policy, optimizer);
  return Array.from({ length: rows }, () => {
    const [{ lr }] = optimizer.paramGroups;
    live.afterStep({ batch: 0 });
    return lr;
  });
}

test('a field reports what is wrong with it, and nothing can be applied until it is corrected', async ({
  lab,
}) => {
  const { page } = lab;
  await lab.embed(quiet);
  const gamma = page.getByRole('textbox', { name: 'gamma', exact: true });
  const top = async () => Math.round((await gamma.boundingBox())!.y);
  await gamma.focus();
  const before = await top();
  await gamma.fill('0.9x');
  await expect(gamma).toHaveAttribute('aria-invalid', 'true');
  await expect(gamma).toHaveAccessibleDescription(/number ≥ 0/);
  await expect(card(page, /^ExponentialLR ⚠ 1 error/)).toBeVisible();
  expect(await top(), 'where it is being typed').toBe(before);
  await expect(hasErrors(page)).toBeVisible();
  await gamma.fill('0.8');
  await expect(gamma).toHaveAttribute('aria-invalid', 'false');
  await expect(hasErrors(page)).toBeHidden();

  // Keys move value and slider, and stop where the value would be refused.
  const slider = page.getByRole('slider', { name: 'gamma' });
  await slider.press('ArrowRight');
  await expect(gamma).toHaveValue('0.801');
  await slider.press('PageDown');
  await expect(gamma).toHaveValue('0.791');
  await gamma.press('Shift+ArrowUp');
  await expect(gamma).toHaveValue('0.801');
  await slider.press('Home');
  await expect(gamma).toHaveValue('0.5');
  await gamma.fill('0');
  await gamma.press('ArrowDown');
  await expect(gamma).toHaveValue('0');

  await page.getByRole('combobox', { name: 'scheduler', exact: true }).selectOption('LambdaLR');
  const formula = page.getByRole('textbox', { name: 'lr_lambda', exact: true });
  await formula.fill('0.9 ** epoh');
  await expect(formula).toHaveAttribute('aria-invalid', 'true');
  await expect(formula).toHaveAccessibleDescription(/epoch/);
  await expect(hasErrors(page)).toBeVisible();
  await lab.button('Undo').click();
  await expect(formula).toHaveValue('0.95 ** epoch');

  // A momentum to cycle, which the optimizer does not have.
  await lab.element.evaluate(({ lab }: LrLab) => lab!.reset({ optimizer: { type: 'Adagrad', lr: 0.1 } }));
  await page.getByRole('combobox', { name: 'scheduler', exact: true }).selectOption('OneCycleLR');
  await expect(page.getByText(/^Start still trains/)).toBeVisible();
  await page.getByRole('checkbox', { name: 'cycle_momentum' }).uncheck();
  await expect(page.getByText(/^Start trains OneCycleLR/)).toBeVisible();
});

test('a field that counts steps of the scheduler says whether these are epochs or batches, and nothing moves', async ({
  lab,
}) => {
  const { page } = lab;
  const policy = [
    { type: 'StepLR', stepSize: 3 },
    {
      scheduler: {
        type: 'SequentialLR',
        schedulers: [
          { type: 'LinearLR', totalIters: 4 },
          { type: 'ExponentialLR', gamma: 0.9 },
        ],
        milestones: [4],
      },
      interval: 'step',
      frequency: 3,
    },
  ];
  await lab.embed(quiet.replace(/policy='.*'/, `policy='${JSON.stringify(policy)}'`));
  const field = (name: string) => page.getByRole('textbox', { name, exact: true });
  const unit = (name: string) => page.locator('lr-parameter-field', { has: field(name) }).locator('.unit');
  const often = page.getByRole('combobox', { name: 'steps after every' });
  const places = async () =>
    Promise.all([field('step_size'), field('gamma')].map(async (each) => (await each.boundingBox())!.y));
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await card(page, /^StepLR/).click();
    await field('step_size').scrollIntoViewIfNeeded();
    const before = await places();
    for (const [choice, words] of [
      ['step', 'steps'],
      ['epochs', '× 2 epochs'],
      ['steps', '× 2 steps'],
      ['epoch', 'epochs'],
    ]) {
      await often.selectOption(choice);
      await expect(unit('step_size')).toHaveText(words);
      await expect(field('step_size')).toHaveAccessibleDescription(`${words} between drops`);
      expect(await places(), `${words} at ${width} pixels`).toEqual(before);
    }
    await expect(unit('gamma')).toHaveCount(0);
    // A milestone of the sequence belongs to its entry.
    await expect(unit('then at milestones[0]')).toHaveText('× 3 steps');
    await card(page, /^LinearLR/).click();
    await expect(unit('total_iters')).toHaveText('× 3 steps');
    for (const name of ['total_iters', 'then at milestones[0]']) {
      const [input, words, whole] = await Promise.all(
        [field(name), unit(name), page.locator('lr-parameter-field', { has: field(name) })].map(
          async (each) => (await each.boundingBox())!,
        ),
      );
      expect(input.width, `${name} at ${width} pixels`).toBeGreaterThanOrEqual(50);
      expect(words.x, `${name} at ${width} pixels`).toBeGreaterThanOrEqual(input.x + input.width);
      expect(words.x + words.width, `${name} at ${width} pixels`).toBeLessThanOrEqual(
        whole.x + whole.width + 0.5,
      );
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  }
});

test('cards are put in sequence or together and moved by pointer, button and key, and each edit can be undone', async ({
  lab,
}) => {
  const { page } = lab;
  await lab.embed(quiet);
  await page.getByText('Combine…').click();
  const inside = page.getByRole('list', { name: 'Schedulers in SequentialLR' }).getByRole('listitem');
  await lab.button('Add a scheduler that comes after this one').click();
  await expect(page.getByRole('combobox', { name: 'scheduler', exact: true })).toBeFocused();
  await page.getByRole('combobox', { name: 'scheduler', exact: true }).selectOption('LinearLR');
  await expect(inside).toHaveText([/ExponentialLR/, /LinearLR/]);
  const order = async () =>
    (await inside.getByRole('button', { expanded: undefined }).allInnerTexts())
      .map((text) => /^[A-Z]\w+LR/.exec(text)?.[0])
      .filter((name) => name !== undefined);
  expect(await order()).toEqual(['ExponentialLR', 'LinearLR']);

  await lab.button('Move up').click();
  expect(await order()).toEqual(['LinearLR', 'ExponentialLR']);
  await expect(page.getByText('LinearLR is now number 1 of 2.')).toBeAttached();
  await card(page, /^LinearLR/).press('Alt+ArrowDown');
  expect(await order()).toEqual(['ExponentialLR', 'LinearLR']);
  await expect(card(page, /^LinearLR/)).toBeFocused();

  await card(page, /^LinearLR/).click();
  const [from, to] = await Promise.all(
    [inside.nth(1), inside.nth(0)].map((item) => item.locator('.grip').boundingBox()),
  );
  await page.mouse.move(from!.x + 8, from!.y + from!.height / 2);
  await page.mouse.down();
  await page.mouse.move(to!.x + 8, to!.y + 4, { steps: 5 });
  await page.mouse.up();
  expect(await order()).toEqual(['LinearLR', 'ExponentialLR']);

  await card(page, /^SequentialLR/).click();
  await page.getByText('Combine…').click();
  await lab.button('Add a scheduler that acts together with this one').click();
  await expect(page.getByRole('list', { name: 'Schedulers', exact: true }).locator('> li')).toHaveCount(2);
  for (let edits = 0; edits < 6; edits += 1) await page.keyboard.press('Control+z');
  await expect(lab.button('Undo')).toBeDisabled();
  await expect(page.getByRole('list', { name: 'Schedulers', exact: true }).locator('> li')).toHaveCount(1);
  await expect(inside).toHaveCount(0);
  await lab.button('Redo').click();
  await expect(inside).toHaveCount(2);
});

/** Two schedulers, the first nested in a sequence, with all that surrounds schedulers in a script. */
const program = `from torch.optim import SGD
from torch.optim.lr_scheduler import ExponentialLR, LinearLR, MultiStepLR, SequentialLR

optimizer = SGD(model.parameters(), 0.1)
warmup = LinearLR(optimizer, start_factor=0.1, total_iters=4)
decay = ExponentialLR(optimizer, gamma=0.9)
scheduler1 = SequentialLR(optimizer, schedulers=[warmup, decay], milestones=[4])
scheduler2 = MultiStepLR(optimizer, milestones=[30,80], gamma=0.1)

for epoch in range(20):
    for input, target in dataset:
        optimizer.zero_grad()
        output = model(input)
        loss = loss_fn(output, target)
        loss.backward()
        optimizer.step()
    scheduler1.step()
    scheduler2.step()
`;

const programPolicy = normalisePolicy([
  {
    type: 'SequentialLR',
    schedulers: [
      { type: 'LinearLR', startFactor: 0.1, totalIters: 4 },
      { type: 'ExponentialLR', gamma: 0.9 },
    ],
    milestones: [4],
  },
  { type: 'MultiStepLR', milestones: [30, 80], gamma: 0.1 },
]);

const chosenPolicy = (lab: LabPage) => lab.element.evaluate(({ lab }: LrLab) => lab!.config.value.policy);

test('a policy is written as PyTorch code and as JSON, both are read, and an error loses nothing', async ({
  lab,
  context,
}) => {
  const { page } = lab;
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await lab.embed(quiet);
  const before = await chosenPolicy(lab);
  const open = (view: 'Build' | 'PyTorch' | 'JSON') => page.getByRole('tab', { name: view }).click();
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  const paste = async (text: string) => {
    await page.evaluate((text) => navigator.clipboard.writeText(text), text);
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.press('ControlOrMeta+V');
  };
  const copy = async () => {
    await lab.button('Copy').click();
    await expect(page.getByRole('status').filter({ hasText: 'Copied' })).toBeVisible();
    return clipboard();
  };

  await open('PyTorch');
  const code = page.getByRole('textbox', { name: 'PyTorch code' });
  await expect(code).toHaveValue(/^scheduler = .*ExponentialLR\(optimizer, gamma=0\.9\)$/m);
  expect(await copy()).toBe(await code.inputValue());

  await code.focus();
  await paste(program);
  await expect(page.getByText('valid', { exact: true })).toBeVisible();
  await open('Build');
  const outer = page.getByRole('list', { name: 'Schedulers', exact: true }).locator('> li');
  await expect(outer).toHaveText([/^\W*SequentialLR[^]*LinearLR[^]*ExponentialLR/, /MultiStepLR/]);
  await expect(page.getByRole('textbox', { name: 'then at milestones[0]' })).toHaveValue('4');

  // What is wrong is said with its line; the text stays, and what is chosen stays.
  await open('PyTorch');
  await expect(code).toHaveValue(program);
  const broken = program.replace('80], gamma', '80], gamm');
  await code.fill(broken);
  await expect(code).toHaveAttribute('aria-invalid', 'true');
  await expect(code).toHaveAccessibleDescription(/line 8.*gamm.*gamma/);
  await expect(hasErrors(page)).toBeVisible();
  for (const other of ['Build', 'JSON'] as const) {
    await open(other);
    await expect(page.getByText('The PyTorch tab has errors.')).toBeVisible();
    await expect(page.getByText('line 8')).toBeVisible();
  }
  await open('PyTorch');
  await expect(code).toHaveValue(broken);
  await code.fill(program);
  await expect.poll(() => chosenPolicy(lab)).toEqual(programPolicy);
  await expect(code).toHaveValue(program);

  await open('JSON');
  const json = page.getByRole('textbox', { name: 'Policy (JSON)' });
  expect(normalisePolicy(JSON.parse(await json.inputValue()) as Policy)).toEqual(programPolicy);
  expect(await copy()).toBe(await json.inputValue());
  await json.focus();
  await paste('[{ "type": "StepLR",\n   "stepSize": }]');
  await expect(json).toHaveAccessibleDescription(/line 2, column 16/);
  await expect(hasErrors(page)).toBeVisible();
  const own = '{"type":"StepLR",\n\n "stepSize": 7}';
  await json.fill(own);
  await open('Build');
  await expect(page.getByRole('textbox', { name: 'step_size' })).toHaveValue('7');
  await open('PyTorch');
  await expect(code).toHaveValue(/StepLR\(optimizer, step_size=7\)/);
  await open('JSON');
  await expect(json).toHaveValue(own);
  expect(await chosenPolicy(lab)).toEqual(normalisePolicy({ type: 'StepLR', stepSize: 7 }));
  while (await lab.button('Undo').isEnabled()) await lab.button('Undo').click();
  expect(normalisePolicy(JSON.parse(await json.inputValue()) as Policy)).toEqual(before);
});

test('every preset fits the length of the run and gives its reason, and the reader’s own policy comes back', async ({
  lab,
}) => {
  const { page } = lab;
  await lab.embed(quiet);
  await page.getByRole('tab', { name: 'JSON' }).click();
  const json = page.getByRole('textbox', { name: 'Policy (JSON)' });
  const own = '{ "type": "StepLR", "stepSize": 6 }';
  await json.fill(own);
  const preset = (name: string) => page.getByRole('radio', { name, exact: true });
  const plan = { steps: 100, stepsPerEpoch: 5, epochs: 20, lr: 0.1 };
  for (const { id, policy, config, source } of presets) {
    await preset(en.presets[id].name).check();
    await expect(page.getByText('valid', { exact: true }), id).toBeVisible();
    expect(normalisePolicy(JSON.parse(await json.inputValue()) as Policy), id).toEqual(policy(plan));
    await expect(page.getByText(en.presets[id].reason), id).toBeVisible();
    const epochs = () => lab.element.evaluate(({ lab }: LrLab) => lab!.config.value.epochs);
    await expect.poll(epochs, id).toBe(config?.epochs ?? plan.epochs);
    const example = page.getByRole('link', { name: 'From the torch.optim page' });
    await expect(example, id).toHaveCount(source === undefined ? 0 : 1);
  }
  await preset('Your own').check();
  await expect(json).toHaveValue(own);

  await page.getByRole('tab', { name: 'Build' }).click();
  await preset(en.presets.plateau.name).check();
  await expect(page.getByRole('combobox', { name: 'monitor' })).toHaveValue('valLoss');

  await preset(en.presets['exponential-and-milestones'].name).check();
  await expect(page.getByText('Start trains Exponential + milestones')).toBeVisible();
  expect(await lab.element.evaluate(({ lab }: LrLab) => lab!.config.value)).toMatchObject({
    epochs: 20,
    optimizer: { type: 'SGD', lr: 0.1 },
    policy: normalisePolicy([
      { type: 'ExponentialLR', gamma: 0.9 },
      { type: 'MultiStepLR', milestones: [30, 80], gamma: 0.1 },
    ]),
  });
});

test('swaps and chains are planned, moved, cancelled and removed, and a counterfactual keeps the old schedule', async ({
  lab,
}) => {
  const { page } = lab;
  const perStep = (scheduler: SchedulerSpec): Policy => normalisePolicy({ scheduler, interval: 'step' });
  const first = perStep({ type: 'ExponentialLR', gamma: 0.9 });
  const slower = perStep({ type: 'ExponentialLR', gamma: 0.97 });
  const stepwise = perStep({ type: 'StepLR', stepSize: 2, gamma: 0.8 });
  const fresh = perStep({ type: 'LambdaLR', lrLambda: '0.7 ** epoch' });
  await lab.embed(`<lr-lab model="tiny" batch-size="4" steps-per-epoch="5" epochs="8" lr="0.08"
    policy='${JSON.stringify(first)}'></lr-lab>`);
  await lab.element.evaluate(({ lab }: LrLab) => lab!.step(12));
  const tenMore = async (until: number) => {
    await lab.step(10);
    await lab.untilStep(until);
    await lab.untilState('paused');
  };
  const write = (policy: Policy) =>
    page.getByRole('textbox', { name: 'Policy (JSON)' }).fill(JSON.stringify(policy));
  const expectSaid = (words: string) => expect(page.getByText(words, { exact: true })).toBeVisible();
  const planned = page.getByRole('list', { name: 'Planned' }).getByRole('listitem');

  await page.getByRole('tab', { name: 'JSON' }).click();
  await write(slower);
  await page.getByRole('button', { name: /^Options/ }).click();
  await page.getByRole('radio', { name: 'at step…' }).check();
  const step = page.getByRole('textbox', { name: 'step', exact: true });
  await step.fill('11');
  await expect(step).toHaveAttribute('aria-invalid', 'true');
  await expect(step).toHaveAccessibleDescription('A future step, up to 39.');
  await expect(lab.button(/^Swap in/)).toBeDisabled();
  await step.fill('14');
  await page.getByRole('radio', { name: /^base LR/ }).check();
  await page.keyboard.press('Escape');
  await lab.button(/^Swap in/).click();
  await expectSaid('Planned for step 14.');
  await page.getByRole('button', { name: /^Options/ }).click();
  await step.fill('30');
  await page.keyboard.press('Escape');
  await lab.button(/^Swap in/).click();
  await expectSaid('Planned for step 30.');
  await write(stepwise);
  await choose(page, 'radio', 'next epoch');
  await lab.button('Chain on top').click();
  await expectSaid('Will be chained on top at step 15, with the next epoch.');

  await expect(planned).toHaveText([/Swap planned.* 14/, /Chain planned.* 15/, /Swap planned.* 30/]);
  await lab.button('Cancel: Swap planned for step 30').click();
  await expectSaid('Cancelled.');
  await page.getByRole('textbox', { name: 'New step: Swap planned for step 14' }).fill('13');
  await planned.first().getByRole('button', { name: 'Move' }).click();
  await expectSaid('Moved to step 13.');
  await expect(planned).toHaveText([/Swap planned.* 13/, /Chain planned.* 15/]);
  await tenMore(22);
  await expect(planned).toHaveCount(0);

  await lab.button('Remove StepLR').click();
  await expectSaid('StepLR removed at step 22.');
  await expect(lab.button('Remove StepLR')).toHaveCount(0);
  await write(fresh);
  await choose(page, 'radio', 'now');
  await choose(page, 'radio', /^keep initial_lr/);
  await choose(page, 'checkbox', /^Keep the old schedule running/);
  await lab.button(/^Swap in/).click();
  await expectSaid('Run B carries the new schedule.');
  await expect(page.getByRole('row', { name: /\bB\b.*forked from A at 22/ })).toBeVisible();
  await tenMore(32);

  const rates = await lab.element.evaluate(({ lab }: LrLab) =>
    lab!.runs.value.map(({ history }) => Array.from(history.lr[0])),
  );
  const expected = [false, true].map((isSwapped) => {
    const group: ParamGroup = { lr: 0.08, momentum: 0.9 };
    const build = (policy: Policy) => buildPolicy(policy, { paramGroups: [group] });
    let live = [build(first)];
    return Array.from({ length: 32 }, (_, now) => {
      if (now === 13) {
        // The base rate again, and no initial_lr left of the old schedule.
        group.lr = 0.08;
        delete group.initialLr;
        live = [build(slower)];
      }
      if (now === 15) live.push(build(stepwise));
      if (now === 22) live = isSwapped ? [build(fresh)] : live.slice(0, 1);
      const { lr } = group;
      for (const policy of live) policy.afterStep({ batch: now % 5 });
      return lr;
    });
  });
  expect(rates).toHaveLength(2);
  rates.forEach((made, run) => expectSame(`run ${run}`, made, expected[run]));
});
