/** The charts of loss and learning rate as a person reads them and takes hold of them. */
import { readFile } from 'node:fs/promises';
import type { Locator } from '@playwright/test';

import type { LrLab } from '../../../components/index.js';
import { expectNoViolations } from '../support/axe.js';
import { expect, test, type LabPage } from '../support/lab-page.js';

const charts = '<lr-loss-chart></lr-loss-chart><lr-rate-chart></lr-rate-chart>';

/** A page with the two charts of a small run that halves its rate at two milestones. */
async function open(lab: LabPage, attributes = ''): Promise<void> {
  const policy = JSON.stringify([
    { scheduler: { type: 'MultiStepLR', milestones: [20, 40], gamma: 0.5 }, interval: 'step' },
  ]);
  await lab.embed(
    `<lr-lab model="tiny" batch-size="4" steps-per-epoch="10" epochs="6" lr="0.1" policy='${policy}' ${attributes}>${charts}</lr-lab>`,
  );
}

const step = (lab: LabPage, count: number) =>
  lab.element.evaluate((element: LrLab, steps) => element.lab!.step(steps), count);

const chart = (lab: LabPage, name: string): Locator => lab.page.getByRole('group', { name, exact: true });
const cursor = (lab: LabPage, name: string): Locator =>
  lab.page.getByRole('slider', { name: `${name}: step under the cursor` });
/** Opens the options of a chart. */
async function openTools(lab: LabPage, name: string): Promise<void> {
  const open = chart(lab, name).getByRole('button', { name: `${name}: chart options` });
  if (!(await chart(lab, name).locator('.tools').isVisible())) await open.click();
}
const pressed = (lab: LabPage, name: string, button: string): Locator =>
  chart(lab, name).locator(`.tools [aria-pressed="true"]:text-is("${button}")`);

/** Moves the mouse to a share of the width of a plot, and reads there at which step that is. */
async function stepAt(lab: LabPage, name: string, share: number): Promise<number> {
  await cursor(lab, name).scrollIntoViewIfNeeded();
  const box = (await cursor(lab, name).boundingBox())!;
  const position = chart(lab, name).locator('.position');
  // A chart that is being drawn again may miss a move of the mouse, and the same place again is no move.
  let nudge = 0;
  await expect(async () => {
    nudge = 1 - nudge;
    // At its very edge a plot of a fractional width does not receive the mouse.
    const x = box.x + Math.min(box.width - 1, Math.max(1, box.width * share));
    // A quarter down: a handle of the schedule may be in the middle.
    await lab.page.mouse.move(x, box.y + box.height / 4 + nudge);
    await expect(position).toBeVisible({ timeout: 200 });
  }).toPass();
  const text = await position.innerText();
  return Number(/step ([\d,]+)/.exec(text)![1].replace(',', ''));
}

/** The rates used by a run, after it has been trained to its end. */
async function ratesToTheEnd(lab: LabPage): Promise<number[]> {
  await lab.element.evaluate(async (element: LrLab) => {
    const [run] = element.lab!.runs.value;
    await element.lab!.step(run.plan.value.steps - run.history.length, { run });
  });
  return (await lab.run()).lr;
}

const rates = (...parts: [rate: number, steps: number][]): number[] =>
  parts.flatMap(([rate, steps]) => Array.from({ length: steps }, () => rate));

test.describe('several runs', () => {
  test.beforeEach(async ({ lab }) => {
    await open(lab);
    await step(lab, 12);
    await lab.element.evaluate(async (element: LrLab) => {
      const { lab } = element;
      const [run] = lab!.runs.value;
      await lab!.fork(run, { at: 6, lr: 0.02, name: 'gentle' });
      await lab!.fork(run, { at: 8, lr: 0.3 });
      await lab!.step(10);
    });
  });

  test('each have their name and values in the key of both charts, also at the cursor', async ({ lab }) => {
    const rate = chart(lab, 'Learning rate').locator('.readout');
    await expect(rate).toContainText(/A\s*0\.05/);
    await expect(rate).toContainText(/gentle\s*0\.02/);
    await expect(rate).toContainText(/C\s*0\.3/);
    await cursor(lab, 'Loss').focus();
    await lab.page.keyboard.press('Home');
    await expect(rate).toContainText(/A\s*0\.1\s*gentle\s*0\.1\s*C\s*0\.1/);
    for (let presses = 0; presses < 7; presses++) await lab.page.keyboard.press('Shift+ArrowRight');
    await expect(rate).toContainText(/A\s*0\.1\s*gentle\s*0\.02\s*C\s*0\.1/);
    await expect(cursor(lab, 'Loss')).toHaveAttribute(
      'aria-valuetext',
      /Run gentle, 7 of 60 steps: loss [\d.]+/,
    );
  });

  test('differ in colour and in dash', async ({ lab }) => {
    const keys = chart(lab, 'Learning rate').locator('.used line');
    const looks = await keys.evaluateAll((lines) =>
      lines.map((line) => [getComputedStyle(line).stroke, line.getAttribute('stroke-dasharray')]),
    );
    expect(new Set(looks.map(([color]) => color)).size).toBe(3);
    expect(new Set(looks.map(([, dash]) => dash)).size).toBe(3);
  });

  test('are tables too, a fork from its first own step', async ({ lab }) => {
    const loss = chart(lab, 'Loss');
    await openTools(lab, 'Loss');
    await loss.getByRole('button', { name: 'Show as table' }).click();
    const table = loss.getByRole('table', { name: 'Loss as a table' });
    const names = await table.getByRole('rowheader').allInnerTexts();
    const ofFork = names.filter((name) => name === 'gentle').length;
    expect([names.filter((name) => name === 'A').length, ofFork]).toEqual([22, 10]);
    await expect(table.getByRole('row', { name: /^gentle 6 / })).toBeVisible();
    await expect(loss.getByText('step 6: gentle: LR 0.02').first()).toBeVisible();
  });

  test('leave the charts when they are hidden, and come back', async ({ lab }) => {
    await lab.page.evaluate((tags) => {
      document.body.querySelector('lr-lab')!.insertAdjacentHTML('beforeend', tags);
    }, '<lr-run-table></lr-run-table>');
    const key = chart(lab, 'Learning rate').locator('.readout');
    await expect(key).toContainText('gentle');
    await lab.page.getByRole('button', { name: 'Hide run gentle in the charts' }).click();
    await expect(key).not.toContainText('gentle');
    await expect(chart(lab, 'Loss').getByRole('img')).not.toHaveAccessibleName(/gentle/);
    await expect(lab.page.getByRole('list', { name: 'Loss: interventions' })).not.toContainText('gentle');
  });

  test('have flags for their interventions on both charts, which mark planned ones', async ({ lab }) => {
    await lab.element.evaluate((element: LrLab) =>
      element.lab!.swap(element.lab!.runs.value[0], { type: 'ExponentialLR', gamma: 0.9 }, { at: 50 }),
    );
    for (const name of ['Loss', 'Learning rate']) {
      const marks = lab.page.getByRole('list', { name: `${name}: interventions` }).getByRole('listitem');
      await expect(marks).toHaveText([
        'step 6: gentle: LR 0.02',
        'step 8: C: LR 0.3',
        'step 50: A: planned: swap ▸ ExponentialLR',
      ]);
    }
  });
});

test('keys zoom, follow and show the whole run on both charts at once', async ({ lab }) => {
  await open(lab);
  await step(lab, 30);
  await expect.poll(() => stepAt(lab, 'Learning rate', 1)).toBe(60);
  await cursor(lab, 'Loss').focus();
  await lab.page.keyboard.press('Home');
  await lab.page.keyboard.press('+');
  await expect(pressed(lab, 'Learning rate', 'whole run')).toHaveCount(0);
  await expect.poll(() => stepAt(lab, 'Learning rate', 1)).toBeLessThan(60);
  await lab.page.keyboard.press('f');
  await expect(pressed(lab, 'Learning rate', 'follow')).toHaveCount(1);
  const before = await stepAt(lab, 'Loss', 1);
  await step(lab, 10);
  await expect.poll(() => stepAt(lab, 'Loss', 1)).toBeGreaterThan(before + 5);
  await lab.page.keyboard.press('0');
  await expect(pressed(lab, 'Loss', 'whole run')).toHaveCount(1);
  await expect.poll(() => stepAt(lab, 'Loss', 1)).toBe(60);
});

test('a zoomed chart scrolls to the step under the keyboard’s cursor', async ({ lab }) => {
  await open(lab);
  await step(lab, 30);
  await cursor(lab, 'Loss').focus();
  for (const key of ['Home', '+', '+', 'End']) await lab.page.keyboard.press(key);
  await expect(cursor(lab, 'Loss')).toHaveAttribute('aria-valuenow', '60');
  await expect.poll(() => stepAt(lab, 'Loss', 1)).toBe(60);
  expect(await stepAt(lab, 'Loss', 0)).toBeGreaterThan(20);
});

test('buttons zoom a chart, and so does the wheel once the chart is clicked', async ({ lab }) => {
  await open(lab);
  await step(lab, 30);
  const loss = chart(lab, 'Loss');
  await openTools(lab, 'Loss');
  await loss.getByRole('button', { name: 'Zoom in' }).click();
  // The options lie over the plot.
  await lab.page.keyboard.press('Escape');
  await expect.poll(() => stepAt(lab, 'Loss', 1)).toBeLessThan(60);
  await openTools(lab, 'Loss');
  await loss.getByRole('button', { name: 'Zoom out' }).click();
  await expect(pressed(lab, 'Loss', 'whole run')).toHaveCount(1);
  await lab.page.keyboard.press('Escape');
  await stepAt(lab, 'Loss', 0.2);
  await lab.page.mouse.wheel(0, -300);
  await expect(pressed(lab, 'Loss', 'whole run')).toHaveCount(1);
  await cursor(lab, 'Loss').focus();
  await lab.page.mouse.wheel(0, -300);
  await expect(pressed(lab, 'Loss', 'whole run')).toHaveCount(0);
  await expect.poll(() => stepAt(lab, 'Loss', 1)).toBeLessThan(60);
});

test('dragging over a chart zooms to the steps under the drag', async ({ lab }) => {
  await open(lab);
  await step(lab, 30);
  const box = (await cursor(lab, 'Loss').boundingBox())!;
  const y = box.y + box.height / 2;
  await lab.page.mouse.move(box.x + box.width / 3, y);
  await lab.page.mouse.down();
  await lab.page.mouse.move(box.x + box.width / 2, y, { steps: 4 });
  await lab.page.mouse.move(box.x + (box.width * 2) / 3, y, { steps: 4 });
  await lab.page.mouse.up();
  await expect.poll(() => stepAt(lab, 'Learning rate', 0)).toBe(20);
  expect(await stepAt(lab, 'Learning rate', 1)).toBe(40);
});

test.describe('a milestone', () => {
  const milestone = (lab: LabPage, index: number): Locator =>
    lab.page.getByRole('slider', { name: `milestone (MultiStepLR milestones[${index}])` });

  test('is dragged with the pointer, and the GPU uses the new rates', async ({ lab }) => {
    await open(lab);
    await step(lab, 25);
    await expect(milestone(lab, 0)).toHaveCount(0);
    const plot = (await cursor(lab, 'Learning rate').boundingBox())!;
    const handle = (await milestone(lab, 1).boundingBox())!;
    const y = handle.y + handle.height / 2;
    await lab.page.mouse.move(handle.x + handle.width / 2, y);
    await lab.page.mouse.down();
    await lab.page.mouse.move(plot.x + (plot.width * 50) / 60, y, { steps: 5 });
    await expect(chart(lab, 'Learning rate').getByText(/preview for A/)).toBeVisible();
    expect((await lab.run()).interventions).toEqual([]);
    await lab.page.mouse.up();
    await expect(chart(lab, 'Learning rate').getByText(/preview for/)).toBeHidden();
    await expect(milestone(lab, 1)).toHaveAttribute('aria-valuetext', 'milestones[1] = 50, at step 50');
    expect(await ratesToTheEnd(lab)).toEqual(rates([0.1, 20], [0.05, 30], [0.025, 10]));
    expect((await lab.run()).interventions).toMatchObject([{ kind: 'adjust', step: 25 }]);
  });

  test('is moved with the keyboard, and Escape cancels the move', async ({ lab }) => {
    await open(lab);
    await step(lab, 25);
    await milestone(lab, 1).focus();
    await lab.page.keyboard.press('ArrowLeft');
    await expect(milestone(lab, 1)).toHaveAttribute(
      'aria-valuetext',
      /milestones\[1\] = 39, at step 39 – Enter/,
    );
    await lab.page.keyboard.press('Escape');
    await expect(milestone(lab, 1)).toHaveAttribute('aria-valuenow', '40');
    await lab.page.keyboard.press('Home');
    await expect(milestone(lab, 1)).toHaveAttribute('aria-valuenow', '26');
    await lab.page.keyboard.press('PageUp');
    await lab.page.keyboard.press('Enter');
    await expect(lab.page.getByRole('list', { name: 'Loss: interventions' })).toContainText(
      'adjust MultiStepLR',
    );
    await expect(milestone(lab, 1)).toBeFocused();
    expect(await ratesToTheEnd(lab)).toEqual(rates([0.1, 20], [0.05, 16], [0.025, 24]));
  });

  test('changes the run’s own policy before the start', async ({ lab }) => {
    await open(lab);
    await milestone(lab, 0).focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'Enter']) await lab.page.keyboard.press(key);
    await expect(milestone(lab, 0)).toHaveAttribute('aria-valuenow', '22');
    expect(await ratesToTheEnd(lab)).toEqual(rates([0.1, 22], [0.05, 18], [0.025, 20]));
    expect((await lab.run()).interventions).toEqual([]);
  });

  test('can be moved while the run trains', async ({ lab }) => {
    await open(lab);
    await lab.element.evaluate((element: LrLab) => {
      const { lab } = element;
      // Slow enough that the milestone is ahead.
      void lab!.limitSpeed(8);
      return lab!.start();
    });
    await lab.untilStep(3);
    await milestone(lab, 1).focus();
    for (const key of ['End', 'ArrowLeft', 'Enter']) await lab.page.keyboard.press(key);
    await expect.poll(async () => (await lab.run()).interventions).toMatchObject([{ kind: 'adjust' }]);
    await lab.element.evaluate(({ lab }: LrLab) => lab!.limitSpeed());
    await lab.untilState('finished');
    expect((await lab.run()).lr).toEqual(rates([0.1, 20], [0.05, 39], [0.025, 1]));
  });
});

test('the loss chart switches between a logarithmic and a linear axis, and smooths its line as asked', async ({
  lab,
}) => {
  await open(lab);
  await step(lab, 12);
  const loss = chart(lab, 'Loss');
  await openTools(lab, 'Loss');
  await loss.getByRole('button', { name: 'logarithmic axis', pressed: true }).click();
  await expect(loss.getByRole('button', { name: 'logarithmic axis', pressed: false })).toBeVisible();
  // The cursor describes what is drawn, and says it when it moves; a new smoothing is drawn with the next frame.
  const expectDescribed = async (pattern: RegExp): Promise<void> => {
    await cursor(lab, 'Loss').focus();
    await expect(async () => {
      await lab.page.keyboard.press('ArrowLeft');
      await expect(cursor(lab, 'Loss')).toHaveAttribute('aria-valuetext', pattern, { timeout: 100 });
    }).toPass();
  };
  await loss.getByRole('slider', { name: 'smoothing' }).fill('0');
  await expectDescribed(/loss ([\d.]+), smoothed \1\./);
  await loss.getByRole('slider', { name: 'smoothing' }).fill('0.95');
  await expectDescribed(/loss ([\d.]+), smoothed (?!\1)[\d.]+\./);
});

test('the loss axis follows a smoothed loss that falls far below its first end, and is saved as it is', async ({
  lab,
}) => {
  await lab.embed(
    `<lr-lab model="tiny" classes="0,1" optimizer="Adam" lr="0.01" batch-size="32" epochs="4" seed="3">${charts}</lr-lab>`,
  );
  // A few steps at a time, as the chart of a slow run gets them.
  const drawn = await lab.element.evaluate(async ({ lab }: LrLab) => {
    const texts = new Set<string>();
    const { prototype } = CanvasRenderingContext2D;
    const fillText = Reflect.get(prototype, 'fillText');
    prototype.fillText = function (text, x, y) {
      texts.add(text);
      fillText.call(this, text, x, y);
    };
    const drawn = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    for (let step = 0; step < 66; step += 3) {
      await lab!.step(3);
      await drawn();
    }
    return [...texts];
  });
  await expect(chart(lab, 'Loss').locator('.readout')).toContainText(/0\.0[34]/);
  await openTools(lab, 'Loss');
  const saving = lab.page.waitForEvent('download');
  await chart(lab, 'Loss').getByRole('button', { name: 'Save as SVG' }).click();
  const svg = await readFile(await (await saving).path(), 'utf8');
  const labels = [...svg.matchAll(/text-anchor="end">((?:≤ )?[\d.]+)</g)].map(([, label]) => label);
  const [lowest] = labels.toSorted(
    (one, other) => parseFloat(one.replace('≤', '')) - parseFloat(other.replace('≤', '')),
  );
  expect(lowest).toBe('≤ 0.02');
  expect(drawn).toContain(lowest);
});

for (const colors of ['light', 'dark', 'forced'] as const) {
  test(`axe finds nothing wrong in the charts, ${colors} colours`, async ({ lab }) => {
    await lab.page.emulateMedia(colors === 'forced' ? { forcedColors: 'active' } : { colorScheme: colors });
    await open(lab);
    await step(lab, 25);
    await lab.element.evaluate((element: LrLab) =>
      element.lab!.fork(element.lab!.runs.value[0], { at: 10, lr: 0.02 }),
    );
    await lab.page.getByRole('slider', { name: /milestone/ }).focus();
    await lab.page.keyboard.press('ArrowRight');
    await expect(chart(lab, 'Learning rate').getByText(/preview for A/)).toBeVisible();
    await expectNoViolations(lab.page, 'the charts', 'lr-lab');
  });
}
