/** The panel as a person uses it: every scheduler and parameter, by role and label, while a run trains. */
import type { Locator, Page } from '@playwright/test';

import type { LrLab } from '../../components/index.js';
import {
  buildPolicy,
  type Policy,
  type schedulerParameters,
  type SchedulerType,
  schedulerTypes,
} from '../../src/policy/index.js';
import type { LabPage } from './lab-page.js';
import { expect, test } from './lab-page.js';

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

/** PyTorch's names, which the fields bear. */
const python: Partial<Record<string, string>> = { tMax: 'T_max', t0: 'T_0', tMult: 'T_mult' };
const nameOf = (key: string): string =>
  python[key] ?? key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A run that goes on for as long as a test takes. */
const training = `<lr-lab model="tiny" batch-size="4" steps-per-epoch="10" epochs="5000" lr="0.05"
  policy='{ "scheduler": { "type": "ExponentialLR", "gamma": 0.999 }, "interval": "step" }'></lr-lab>`;

const card = (page: Page, name: RegExp): Locator => page.getByRole('button', { name });

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
  const more = page.getByText('More parameters');
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

/** Waits for the next report of the GPU and the row of its step. */
function usedAndScheduled(lab: LabPage) {
  return lab.element.evaluate(async ({ lab }: LrLab) => {
    const [run] = lab!.runs.value;
    const { step, lr } = await lab!.report(run);
    await new Promise<void>((resolve) => {
      const stop = run.step.subscribe((made) => {
        if (made <= step) return;
        queueMicrotask(() => stop());
        resolve();
      });
    });
    return { step, used: lr, scheduled: run.history.lr.map((rates) => rates[step]) };
  });
}

const swapAndWait = async (lab: LabPage, rows: number) => {
  await lab.button('Swap the schedule').click();
  await expect(lab.page.getByText(/Swapped in at step [\d,]+\./)).toBeVisible();
  const { step } = await sinceSwap(lab);
  await lab.untilStep(step + rows);
};

test('builds, edits and swaps in every scheduler with every parameter, and the GPU uses its rates', async ({
  lab,
}) => {
  const { page } = lab;
  await lab.embed(training);
  await lab.button('Start').click();
  await lab.untilStep(3);
  await page.getByRole('radio', { name: /^base LR/ }).check();
  for (const type of schedulerTypes) {
    // From a single card on, whatever was built before.
    await page.getByLabel('Preset').selectOption({ label: 'Constant' });
    await page.getByRole('button', { name: 'Add a scheduler' }).click();
    await page.getByRole('combobox', { name: 'scheduler', exact: true }).selectOption(type);
    await enterAll(page, type);
    await page.getByRole('combobox', { name: 'interval' }).selectOption('step');
    if (type === 'ReduceLROnPlateau')
      await page.getByRole('combobox', { name: 'monitor' }).selectOption('trainLoss');
    await swapAndWait(lab, 12);

    const { policy, lr } = await sinceSwap(lab);
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
    if (type !== 'ReduceLROnPlateau') expectSame(type, lr.slice(0, 12), ratesOf(policy, 12));
    const { used, scheduled } = await usedAndScheduled(lab);
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

test('says at the field what is wrong, shows nothing and applies nothing until it is mended', async ({
  lab,
}) => {
  const { page } = lab;
  await lab.embed('<lr-lab model="tiny" batch-size="4" steps-per-epoch="5" epochs="20"></lr-lab>');
  const gamma = page.getByRole('textbox', { name: 'gamma', exact: true });
  await gamma.fill('0.9x');
  await expect(gamma).toHaveAttribute('aria-invalid', 'true');
  await expect(gamma).toHaveAccessibleDescription(/number ≥ 0/);
  await expect(lab.button('Use this schedule')).toBeDisabled();
  await expect(lab.button('Chain on top')).toBeDisabled();
  await gamma.fill('0.8');
  await expect(gamma).toHaveAttribute('aria-invalid', 'false');
  await expect(lab.button('Use this schedule')).toBeEnabled();

  await page.getByRole('combobox', { name: 'scheduler', exact: true }).selectOption('LambdaLR');
  const formula = page.getByRole('textbox', { name: 'lr_lambda', exact: true });
  await formula.fill('0.9 ** epoh');
  await expect(formula).toHaveAttribute('aria-invalid', 'true');
  await expect(formula).toHaveAccessibleDescription(/epoch/);
  await expect(lab.button('Use this schedule')).toBeDisabled();
  await lab.button('Undo').click();
  await expect(formula).toHaveValue('0.95 ** epoch');

  // A momentum to cycle, which the optimizer does not have.
  await lab.element.evaluate(({ lab }: LrLab) => lab!.reset({ optimizer: { type: 'Adagrad', lr: 0.1 } }));
  await page.getByRole('combobox', { name: 'scheduler', exact: true }).selectOption('OneCycleLR');
  await expect(lab.button('Use this schedule')).toBeDisabled();
  await page.getByRole('checkbox', { name: 'cycle_momentum' }).uncheck();
  await expect(lab.button('Use this schedule')).toBeEnabled();
});

test('puts cards one after another and together, moves them by hand, by button and by key, and takes all of it back', async ({
  lab,
}) => {
  const { page } = lab;
  await lab.embed('<lr-lab model="tiny" batch-size="4" steps-per-epoch="5" epochs="20"></lr-lab>');
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
  await lab.button('Add a scheduler that acts together with this one').click();
  await expect(page.getByRole('list', { name: 'Schedulers', exact: true }).locator('> li')).toHaveCount(2);
  for (let edits = 0; edits < 6; edits += 1) await page.keyboard.press('Control+z');
  await expect(lab.button('Undo')).toBeDisabled();
  await expect(page.getByRole('list', { name: 'Schedulers', exact: true }).locator('> li')).toHaveCount(1);
  await expect(inside).toHaveCount(0);
  await lab.button('Redo').click();
  await expect(inside).toHaveCount(2);
});
