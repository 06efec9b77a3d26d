/** Why a run uses its rate: in words under the rate chart, at the newest step and where the cursor is pinned. */
import type { LrLab } from '../../../components/index.js';
import type { Handoff } from '../../../src/lab/index.js';
import type { PolicyInput } from '../../../src/policy/index.js';
import { expectNoViolations } from '../support/axe.js';
import { expect, test, type LabPage } from '../support/lab-page.js';

const small = 'model="tiny" batch-size="4" steps-per-epoch="10" epochs="6"';
const parts = '<lr-rate-chart></lr-rate-chart><lr-scheduler-panel></lr-scheduler-panel>';

const linear = { type: 'LinearLR', startFactor: 0.5, totalIters: 10 } as const;
const cuts = { type: 'MultiStepLR', milestones: [4], gamma: 0.1 } as const;
const chain = [linear, cuts].map((scheduler) => ({ scheduler, interval: 'step' }));

const embed = (lab: LabPage, policy: unknown, inside = parts) =>
  lab.embed(`<lr-lab ${small} policy='${JSON.stringify(policy)}'>${inside}</lr-lab>`);

const why = ({ page }: LabPage) => page.getByRole('group', { name: /^Why this rate/ });

/** The factors of a sentence such as `0.007 = 0.1 × LinearLR 0.7 × MultiStepLR 0.1`, multiplied. */
function productOf(sentence: string): number {
  const numbers = sentence.split('=')[1].match(/(?<![\w.])\d[\d.]*(e-?\d+)?/g) ?? [];
  return numbers.map(Number).reduce((product, factor) => product * factor, 1);
}

const moveCursor = async (lab: LabPage, step: number) => {
  const slider = lab.page.getByRole('slider', { name: 'Learning rate: step under the cursor' });
  await slider.focus();
  await lab.page.keyboard.press('Home');
  for (let presses = 0; presses < step; presses += 1) await lab.page.keyboard.press('Shift+ArrowRight');
  await expect(slider).toHaveAttribute('aria-valuenow', String(step));
};

const pin = async (lab: LabPage, step: number) => {
  await moveCursor(lab, step);
  await lab.page.keyboard.press('Enter');
};

test('a chain is a product, at the newest step and at a pinned one', async ({ lab }) => {
  await embed(lab, chain);
  await pin(lab, 0);
  await expect(why(lab)).toContainText('0.05 = 0.1 × LinearLR 0.5 × MultiStepLR 1');
  await lab.page.keyboard.press('Escape');
  await lab.step(8);
  await expect(why(lab)).toContainText('0.0085 = 0.1 × LinearLR 0.85 × MultiStepLR 0.1');
  const { lr } = await lab.run();
  expect(productOf(await why(lab).innerText())).toBeCloseTo(lr[7], 12);
  await pin(lab, 3);
  await expect(lab.page.getByRole('group', { name: 'Why this rate at step 3' })).toContainText(
    '0.065 = 0.1 × LinearLR 0.65 × MultiStepLR 1',
  );
  expect(productOf(await why(lab).innerText())).toBeCloseTo(lr[3], 12);
  // A step ahead is explained too, because no metric decides; keys move the pin.
  await moveCursor(lab, 20);
  await expect(why(lab)).toContainText('0.01 (planned) = 0.1 × LinearLR 1 × MultiStepLR 0.1');
  await expectNoViolations(lab.page, 'the reasons of a rate', 'lr-rate-chart');
});

test('each scheduler leads to its place in the schedule, with the keyboard too', async ({ lab }) => {
  await embed(lab, chain);
  await lab.step(2);
  await why(lab).getByRole('button', { name: 'MultiStepLR' }).click();
  const entry = lab.page.getByRole('listitem').filter({ hasText: 'MultiStepLR(milestones=[4]' });
  await expect(entry).toBeFocused();
  await expect(entry).toBeInViewport();
  await why(lab).getByRole('button', { name: 'LinearLR' }).focus();
  await lab.page.keyboard.press('Enter');
  await expect(lab.page.getByRole('listitem').filter({ hasText: 'LinearLR(start_factor' })).toBeFocused();
  // One that is no longer in the schedule leads nowhere.
  await lab.element.evaluate(({ lab }: LrLab) => lab!.unchain(lab!.runs.value[0], 1));
  await lab.step(1);
  await pin(lab, 1);
  await expect(why(lab)).toContainText('× MultiStepLR 1');
  await expect(why(lab).getByRole('button')).toHaveText([/LinearLR/]);
});

test('says what a scheduler sets, and what was changed by hand or by a swap', async ({ lab }) => {
  await embed(lab, [{ scheduler: { type: 'OneCycleLR', maxLr: 0.5, totalSteps: 60 }, interval: 'step' }]);
  await lab.step(3);
  const [, , used] = (await lab.run()).lr;
  await expect(why(lab)).toContainText(`OneCycleLR sets ${Number(used.toPrecision(4))}`);
  await lab.element.evaluate(async ({ lab }: LrLab) => {
    const [run] = lab!.runs.value;
    await lab!.swap(run, { type: 'ExponentialLR', gamma: 0.5 });
    await lab!.step(1);
  });
  await expect(why(lab)).toContainText('× ExponentialLR 1');
  await expect(why(lab)).toContainText(/ExponentialLR from step 3: base rate [\d.]+, the rate at that step/);
  await lab.element.evaluate(async ({ lab }: LrLab) => {
    await lab!.setLr(lab!.runs.value[0], 0.05);
    await lab!.step(1);
  });
  await expect(why(lab)).toContainText('0.05 = 0.05 (set by hand at step 4) × ExponentialLR 1');
});

test('says right after a swap which schedule took over, and with which base rate', async ({ lab }) => {
  await embed(lab, [{ scheduler: { type: 'ExponentialLR', gamma: 0.5 }, interval: 'step' }]);
  const swap = (policy: PolicyInput, handoff: Handoff) =>
    lab.element.evaluate(
      async ({ lab }: LrLab, [policy, handoff]) => {
        await lab!.step(1);
        await lab!.swap(lab!.runs.value[0], policy, { handoff });
        await lab!.step(1);
      },
      [policy, handoff] as const,
    );
  await swap({ type: 'StepLR', stepSize: 30 }, 'continue');
  await expect(why(lab)).toContainText(
    '0.05 = 0.05 × StepLR 1 StepLR from step 1: base rate 0.05, the rate at that step',
  );
  await swap({ type: 'LinearLR', startFactor: 0.5, totalIters: 4 }, 'restart');
  await expect(why(lab)).toContainText(
    '0.05 = 0.1 × LinearLR 0.5 LinearLR from step 3: base rate 0.1, your setting',
  );
  await swap({ type: 'ConstantLR', factor: 0.1 }, 'torch');
  await expect(why(lab)).toContainText(
    '0.005 = 0.05 (at the swap) × ConstantLR 0.1 ConstantLR from step 5: base rate 0.1, initial_lr kept',
  );
  await swap({ type: 'OneCycleLR', maxLr: 0.5, totalSteps: 60 }, 'restart');
  await expect(why(lab)).toContainText('OneCycleLR from step 7: sets its own rates');
  await lab.element.evaluate((element: LrLab) => (element.lang = 'zh-CN'));
  const chinese = lab.page.getByRole('group', { name: '学习率的来历' });
  await expect(chinese).toContainText('OneCycleLR 自第 7 步起：自行设定学习率');
  await swap({ type: 'StepLR', stepSize: 30 }, 'restart');
  await expect(chinese).toContainText('StepLR 自第 9 步起：基准学习率 0.1，恢复为设置值');
});

test('counts the bad epochs of a plateau, and says what it needs', async ({ lab }) => {
  const plateau = { type: 'ReduceLROnPlateau', patience: 3, threshold: 0.9, factor: 0.5 };
  await embed(lab, [{ scheduler: plateau, monitor: 'trainLoss' }]);
  await lab.step(1);
  await expect(why(lab)).toContainText('waits for its first metric');
  await lab.step(30);
  await expect(why(lab)).toContainText(/2 of 3 bad epochs; needs < [\d.]+/);
  await expect(why(lab)).toContainText('0.1 = 0.1 × ReduceLROnPlateau 1');
  await pin(lab, 40);
  await expect(why(lab)).toContainText('Depends on losses that are not known yet.');
  await lab.element.evaluate((element: LrLab) => (element.lang = 'zh-CN'));
  await lab.page.keyboard.press('Escape');
  await expect(lab.page.getByRole('group', { name: '学习率的来历' })).toContainText('2 / 3 个 epoch 未改善');
});

test('has a row for each param group', async ({ lab }) => {
  await embed(lab, chain);
  await lab.element.evaluate((element: LrLab) => {
    element.optimizer = { type: 'SGD', lr: 0.1, groups: [{ layers: ['conv1', 'conv2'], lr: 0.02 }] };
  });
  await expect
    .poll(() => lab.element.evaluate(({ lab }: LrLab) => lab!.config.value.optimizer.groups?.length))
    .toBe(1);
  await lab.step(8);
  await expect(why(lab).getByRole('paragraph')).toHaveCount(2);
  await expect(why(lab)).toContainText('conv1, conv2: 0.0017 = 0.02 × LinearLR 0.85 × MultiStepLR 0.1');
  await expect(why(lab)).toContainText('other layers: 0.0085 = 0.1 × LinearLR 0.85 × MultiStepLR 0.1');
});

test('a phone shows the schedule when a scheduler of the reason is tapped', async ({ lab }) => {
  await lab.page.setViewportSize({ width: 390, height: 844 });
  await embed(lab, chain, '');
  await lab.step(8);
  await lab.page.getByRole('radio', { name: 'Details' }).check();
  await expect(why(lab)).toBeInViewport({ ratio: 1 });
  await why(lab).getByRole('button', { name: 'MultiStepLR' }).click();
  await expect(
    lab.page.getByRole('listitem').filter({ hasText: 'MultiStepLR(milestones=[4]' }),
  ).toBeFocused();
});
