/** The stage: what is in sight at once, how many Tab stops there are, and the digits that the network reads. */

import type { Locator } from '@playwright/test';

import type { LrLab } from '../../../components/index.js';
import { expect, LabPage, test } from '../support/lab-page.js';

/** The boxes of the parts of the stage, in CSS pixels of the window. */
const boxes = ({ element }: LabPage) =>
  element.evaluate((lab: LrLab) => {
    const inside = (host: Element | null | undefined, selector: string) =>
      host?.shadowRoot?.querySelector(selector);
    const box = (part: Element | null | undefined) => {
      const { top, bottom, height } = part!.getBoundingClientRect();
      return { top, bottom, height };
    };
    const plot = (name: string) => box(inside(inside(lab, name), '.u-over'));
    return {
      loss: plot('lr-loss-chart'),
      rate: plot('lr-rate-chart'),
      start: box(inside(inside(lab, 'lr-run-controls'), '.lead')),
    };
  });

for (const { width, height, least } of [
  { width: 1440, height: 900, least: 170 },
  { width: 1280, height: 720, least: 150 },
  { width: 390, height: 844, least: 110 },
  { width: 360, height: 640, least: 60 },
]) {
  test(`both charts and Start are in sight at ${width} × ${height}`, async ({ lab }) => {
    await lab.page.setViewportSize({ width, height });
    await lab.openDemo();
    await expect.poll(async () => (await boxes(lab)).rate.height).toBeGreaterThanOrEqual(least);
    const { loss, rate, start } = await boxes(lab);
    expect(loss.height).toBeGreaterThanOrEqual(least);
    expect(loss.top).toBeGreaterThan(0);
    expect(rate.bottom).toBeLessThan(height);
    expect(start.bottom).toBeLessThan(height);
  });
}

for (const { width, height } of [
  { width: 1440, height: 900 },
  { width: 1280, height: 720 },
  { width: 390, height: 844 },
  { width: 700, height: 900 },
  { width: 360, height: 640 },
]) {
  test(`presets and the button that applies them are in sight at ${width} × ${height}`, async ({ lab }) => {
    const { page } = lab;
    await page.setViewportSize({ width, height });
    await lab.embed('<lr-lab model="tiny" batch-size="4" schedulers-href="."></lr-lab>');
    await lab.step(5);
    const cosine = page.getByRole('radio', { name: 'Cosine', exact: true });
    const apply = lab.button('Swap in Cosine');
    // Without scrolling: what is picked by hand would be scrolled to.
    await cosine.evaluate((radio: HTMLInputElement) => radio.click());
    await expect(apply).toBeInViewport({ ratio: 1 });
    await expect(page.getByRole('radio', { name: 'Step decay', exact: true })).toBeInViewport({ ratio: 0.5 });
    expect(await page.evaluate(() => scrollY)).toBe(0);
    // The button covers no name of a preset, and shows its own whole.
    const tile = (await cosine.locator('xpath=..').boundingBox())!;
    expect(tile.y + tile.height).toBeLessThanOrEqual((await apply.boundingBox())!.y);
    expect(await apply.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
    const { loss, rate, start } = await boxes(lab);
    expect(loss.top).toBeGreaterThan(0);
    expect(rate.bottom).toBeLessThan(height);
    expect(start.bottom).toBeLessThanOrEqual(height);
  });
}

for (const lang of ['en', 'zh-CN'])
  test(`the step of the run is in sight beside the buttons at 1280 pixels, in ${lang}`, async ({ lab }) => {
    await lab.page.setViewportSize({ width: 1280, height: 720 });
    await lab.embed(`<lr-lab model="tiny" lang="${lang}" schedulers-href="."></lr-lab>`);
    const controls = lab.page.getByRole('group', { name: lang === 'en' ? 'Training' : '训练', exact: true });
    const step = controls.getByText(lang === 'en' ? /^step 0 \/ 1,116$/ : /^第 0 \/ 1,116 步$/);
    await expect(step).toBeInViewport({ ratio: 1 });
    const box = async (part: Locator) => (await part.boundingBox())!;
    const [words, start, bar] = [
      await box(step),
      await box(controls.getByRole('button').first()),
      await box(controls.getByRole('progressbar')),
    ];
    // In one line with the buttons and the progress, and outside both.
    expect(words.y).toBeGreaterThanOrEqual(start.y);
    expect(words.y + words.height).toBeLessThanOrEqual(start.y + start.height);
    expect(words.x + words.width).toBeLessThan(bar.x);
    expect(bar.y).toBeLessThan(start.y + start.height);
    const card = await box(controls);
    expect(bar.x + bar.width).toBeLessThan(card.x + card.width);
  });

test('a long name of a schedule is cut on a narrow phone, and its button covers no preset', async ({
  lab,
}) => {
  const { page } = lab;
  await page.setViewportSize({ width: 320, height: 640 });
  const policy = [
    { scheduler: { type: 'CosineAnnealingWarmRestarts', t0: 20 }, interval: 'step' },
    { scheduler: { type: 'ReduceLROnPlateau' }, interval: 'step', monitor: 'trainLoss' },
    { scheduler: { type: 'ExponentialLR', gamma: 0.99 } },
  ];
  const name = 'Swap in CosineAnnealingWarmRestarts + ReduceLROnPlateau + ExponentialLR';
  const markup = `<lr-lab model="tiny" batch-size="4" schedulers-href="." policy='${JSON.stringify(policy)}'></lr-lab>`;
  await lab.embed(markup);
  await lab.step(5);
  const apply = lab.button(name);
  await expect(apply).toHaveAttribute('title', name);
  const names = page.locator('lr-preset-picker .name');
  const bottom = Math.max(
    ...(await names.evaluateAll((all) => all.map((each) => each.getBoundingClientRect().bottom))),
  );
  const { y, height } = (await apply.boundingBox())!;
  expect(bottom).toBeLessThanOrEqual(y);
  // Two lines, of which the second ends with an ellipsis.
  const lineHeight = await apply.evaluate((button) => Number.parseFloat(getComputedStyle(button).lineHeight));
  expect(height).toBeLessThan(3 * lineHeight);
  expect(await page.evaluate(() => scrollY)).toBe(0);
});

test('a phone keeps the charts, its controls and the apply button in sight while one reads on', async ({
  lab,
}) => {
  const { page } = lab;
  await page.setViewportSize({ width: 390, height: 844 });
  await lab.embed('<lr-lab model="tiny" batch-size="4" schedulers-href="."></lr-lab>');
  await lab.step(2);
  await page.getByRole('radio', { name: 'Cosine', exact: true }).check();
  for (const top of [250, 450, 600, 10_000]) {
    await page.evaluate((top) => scrollTo(0, top), top);
    await expect.poll(async () => (await boxes(lab)).loss.top).toBeLessThan(80);
    const { loss, rate, start } = await boxes(lab);
    const apply = (await lab.button('Swap in Cosine').boundingBox())!;
    expect(loss.top).toBeGreaterThan(0);
    expect(apply.y, `scrolled to ${top}`).toBeGreaterThan(rate.bottom);
    expect(apply.y + apply.height, `scrolled to ${top}`).toBeLessThan(start.top);
    expect(start.bottom).toBeLessThan(844);
  }
});

test('a phone keeps the other sections in sight, and after a swap the way back from it', async ({ lab }) => {
  const { page } = lab;
  await page.setViewportSize({ width: 390, height: 844 });
  await lab.embed('<lr-lab model="tiny" batch-size="4" schedulers-href="."></lr-lab>');
  await lab.step(2);
  await page.getByRole('radio', { name: 'Cosine', exact: true }).check();
  const apply = lab.button('Swap in Cosine');
  for (const top of [0, 600, 10_000]) {
    await page.evaluate((top) => scrollTo(0, top), top);
    const runs = (await page.getByRole('radio', { name: 'Runs' }).boundingBox())!;
    const button = (await apply.boundingBox())!;
    expect(runs.y, `scrolled to ${top}`).toBeGreaterThanOrEqual(button.y + button.height);
    expect(runs.y + runs.height, `scrolled to ${top}`).toBeLessThan((await boxes(lab)).start.top);
  }
  await page.evaluate(() => scrollTo(0, 600));
  await apply.click();
  const back = await page
    .getByRole('button', { name: 'Back to before this', exact: true })
    .first()
    .boundingBox();
  expect(back!.y).toBeGreaterThan((await boxes(lab)).rate.bottom);
  expect(back!.y + back!.height).toBeLessThanOrEqual((await apply.boundingBox())!.y);
});

test('a phone keeps its choice of sections in place, whichever it shows, before the start and after it', async ({
  lab,
}) => {
  const { page } = lab;
  await page.setViewportSize({ width: 390, height: 844 });
  await lab.openDemo();
  const place = async () => {
    const { start } = await boxes(lab);
    return [(await page.getByRole('radio', { name: 'Runs' }).boundingBox())!.y, start.top];
  };
  const expectInPlace = async () => {
    const before = await place();
    for (const section of ['Runs', 'Details', 'Schedule']) {
      await page.getByRole('radio', { name: section }).check();
      const [sections, start] = await place();
      // Nearly: a part of a pixel is rounded away.
      expect(Math.abs(sections - before[0]) + Math.abs(start - before[1]), section).toBeLessThan(2);
    }
    return before;
  };
  const [sections, start] = await expectInPlace();
  expect(start).toBeGreaterThan(sections);
  expect(844 - start).toBeLessThan(120);
  await page.getByRole('radio', { name: 'Runs' }).check();
  await expect(page.getByText(/^Your runs appear here once training starts/)).toBeInViewport({ ratio: 1 });
  await page.getByRole('radio', { name: 'Details' }).check();
  await expect(page.getByText(/^What a single training step does appears here/)).toBeInViewport({ ratio: 1 });
  await lab.step(2);
  await lab.untilState('paused');
  await expectInPlace();
});

test('the way back from a diverged run fits every width, beside words that nothing covers', async ({
  lab,
}) => {
  const { page } = lab;
  await lab.embed(
    '<lr-lab model="tiny" batch-size="4" lr="100000" policy="[]" schedulers-href="."></lr-lab>',
  );
  await lab.button('Start').click();
  const names = [/^Rewind and retry/, 'Fork here', 'Start over'];
  for (const [width, height] of [
    [1440, 900],
    [1280, 720],
    [860, 900],
    [390, 844],
    [320, 640],
  ]) {
    await page.setViewportSize({ width, height });
    for (const name of names) await expect(lab.button(name).first()).toBeInViewport({ ratio: 1 });
    await expect(page.getByRole('alert')).toBeInViewport({ ratio: 1 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    const words = (await page.locator('lr-run-controls .words').boundingBox())!;
    const last = (await lab.button('Start over').boundingBox())!;
    const isApart =
      words.x >= last.x + last.width || words.y >= last.y + last.height || words.y + words.height <= last.y;
    expect(isApart, `at ${width} pixels`).toBe(true);
  }
});

test('names each line at its end, and keeps the looks of runs when one is removed', async ({ lab }) => {
  await lab.embed(
    '<lr-lab model="tiny" batch-size="4" steps-per-epoch="10" epochs="6"><lr-rate-chart></lr-rate-chart></lr-lab>',
  );
  await lab.element.evaluate(async ({ lab }: LrLab) => {
    await lab!.step(12);
    const [run] = lab!.runs.value;
    await lab!.fork(run, { lr: 0.02 });
    await lab!.fork(run, { lr: 0.04 });
  });
  const looks = () =>
    lab.page
      .locator('lr-rate-chart .end')
      .evaluateAll((ends) =>
        ends.map((end) => [end.firstElementChild?.textContent, getComputedStyle(end).color]),
      );
  await expect.poll(async () => (await looks()).length).toBe(3);
  const before = await looks();
  expect(before.map(([name]) => name)).toEqual(['A', 'B', 'C']);
  expect(new Set(before.map(([, color]) => color)).size).toBe(3);
  await lab.element.evaluate(({ lab }: LrLab) => lab!.remove(lab!.runs.value[1]));
  await expect.poll(looks).toEqual([before[0], before[2]]);
});

test('a cursor that is pinned stays, and offers a fork from its step', async ({ lab }) => {
  await lab.embed(
    '<lr-lab model="tiny" batch-size="4" steps-per-epoch="10" epochs="6"><lr-loss-chart></lr-loss-chart></lr-lab>',
  );
  await lab.element.evaluate(({ lab }: LrLab) => lab!.step(30));
  const slider = lab.page.getByRole('slider', { name: 'Loss: step under the cursor' });
  await slider.click({ position: { x: 200, y: 40 } });
  const fork = lab.page.getByRole('button', { name: /^Fork from step \d+$/ });
  await expect(fork).toBeVisible();
  const name = await fork.innerText();
  await slider.hover({ position: { x: 300, y: 40 } });
  await expect(fork).toHaveText(name);
  await lab.page.keyboard.press('Escape');
  await expect(fork).toHaveCount(0);
  await slider.focus();
  await lab.page.keyboard.press('Home');
  for (let presses = 0; presses < 7; presses++) await lab.page.keyboard.press('Shift+ArrowRight');
  await lab.page.keyboard.press('Enter');
  await lab.button('Fork from step 7').click();
  await expect(lab.page.getByRole('textbox', { name: 'At step' })).toHaveValue('7');
  await lab.page
    .getByRole('combobox', { name: 'Schedule of the copy' })
    .selectOption({ label: 'Exponential' });
  await lab.page.getByRole('dialog').getByRole('button', { name: 'Fork', exact: true }).click();
  await expect
    .poll(() => lab.element.evaluate(({ lab }: LrLab) => lab!.runs.value.at(-1)?.parent))
    .toEqual({ run: 'A', step: 7 });
  expect((await lab.run()).interventions).toEqual([]);
});

test('a click on a flag offers to go back to before its change', async ({ lab }) => {
  await lab.embed(
    '<lr-lab model="tiny" batch-size="4" steps-per-epoch="10" epochs="6"><lr-rate-chart></lr-rate-chart></lr-lab>',
  );
  await lab.step(20);
  await lab.element.evaluate(({ lab }: LrLab) =>
    lab!.swap(lab!.runs.value[0], { type: 'ExponentialLR', gamma: 0.9 }),
  );
  await lab.step(10);
  const plot = (await lab.page
    .getByRole('slider', { name: 'Learning rate: step under the cursor' })
    .boundingBox())!;
  // The flag is above the plot, to the right of its line at step 20 of 60.
  await lab.page.mouse.click(plot.x + plot.width / 3 + 20, plot.y - 12);
  await lab.button('Back to before this').click();
  await expect
    .poll(() => lab.element.evaluate(({ lab }: LrLab) => lab!.runs.value.at(-1)?.parent))
    .toEqual({ run: 'A', step: 20 });
  await lab.step(3);
  const [changed, undone] = await lab.element.evaluate(({ lab }: LrLab) =>
    lab!.runs.value.map(({ interventions }) => interventions.value.length),
  );
  expect([changed, undone]).toEqual([1, 0]);
  await expect(lab.button('Back to before this')).toHaveCount(0);
});

test('the digits have answers while it trains, and losses are the same bits without them', async ({
  lab,
}) => {
  const markup = (inside: string) =>
    `<lr-lab model="tiny" batch-size="4" steps-per-epoch="10" epochs="6">${inside}</lr-lab>`;
  const train = async (): Promise<number[]> => {
    await lab.element.evaluate(async ({ lab }: LrLab) => {
      await lab!.limitSpeed(30);
      await lab!.start();
    });
    await lab.untilState('finished');
    return (await lab.run()).loss;
  };
  await lab.embed(markup('<lr-samples></lr-samples>'));
  const shown = await train();
  const answers = lab.page.getByRole('img', { name: /^\d, (recognised|mistaken for \d)$/ });
  await expect.poll(() => answers.count()).toBe(14);
  await lab.embed(markup('<lr-samples hidden></lr-samples>'));
  await lab.element.evaluate(({ lab }: LrLab) => {
    Object.assign(globalThis, { asked: 0 });
    const samples = lab!.samples.bind(lab);
    lab!.samples = (run, count) => {
      (globalThis as unknown as { asked: number }).asked += 1;
      return samples(run, count);
    };
  });
  expect(await train()).toEqual(shown);
  expect(await lab.page.evaluate(() => (globalThis as unknown as { asked: number }).asked)).toBe(0);
});

test('remembers the theme on every page', async ({ lab }) => {
  await lab.openDemo();
  await lab.openMenu();
  await lab.button(/^Colour theme: switch to dark$/).click();
  await lab.page.keyboard.press('Escape');
  await lab.page.getByRole('link', { name: 'Schedulers' }).click();
  await expect(lab.page.locator('schedulers-page')).toHaveAttribute('theme', 'dark');
  await lab.page.getByRole('link', { name: 'Learn' }).click();
  const root = lab.page.locator('html');
  await expect(root).toHaveAttribute('data-theme', 'dark');
  await lab.button('Colour theme: switch to light').click();
  await expect(root).toHaveAttribute('data-theme', 'light');
  await expect(root).toHaveCSS('color-scheme', 'light');
  await lab.page.getByRole('link', { name: 'Lab', exact: true }).click();
  await expect(lab.element).toHaveAttribute('theme', 'light');
});

test('only the first visit starts slowly, a reload within it too, and a chosen speed is kept', async ({
  lab,
  context,
}) => {
  const speed = (name: string, { page } = lab) =>
    page.getByRole('group', { name: 'Speed' }).getByRole('radio', { name, exact: true });
  await lab.openDemo();
  await expect(speed('1×')).toBeChecked();
  await lab.page.reload();
  await expect(speed('1×')).toBeChecked();
  const later = new LabPage(await context.newPage());
  await later.openDemo();
  await expect(speed('max', later)).toBeChecked();
  await speed('4×').check();
  await lab.page.reload();
  await expect(speed('4×')).toBeChecked();
});

test('the scale chosen for a chart is kept over a reload', async ({ lab }) => {
  const { page } = lab;
  await lab.openDemo();
  await page.getByRole('button', { name: 'Learning rate: chart options' }).click();
  await page
    .getByRole('dialog', { name: 'Learning rate: chart options' })
    .getByRole('button', { name: 'logarithmic axis' })
    .click();
  await expect(page.locator('lr-rate-chart')).toHaveAttribute('y-scale', 'log');
  await page.reload();
  await expect(page.locator('lr-rate-chart')).toHaveAttribute('y-scale', 'log');
});

test('before the start the words in the panel cover no more than they need, and the start moves nothing', async ({
  lab,
}) => {
  const { page } = lab;
  await page.setViewportSize({ width: 1280, height: 720 });
  await lab.embed('<lr-lab model="tiny" batch-size="4" schedulers-href="."></lr-lab>');
  const panel = page.locator('lr-scheduler-panel');
  const reason = panel.getByText(/Start high, then divide by 10/);
  const words = panel.getByText('Start trains Step decay.', { exact: true });
  const before = await reason.boundingBox();
  await panel.getByRole('tab', { name: 'JSON' }).hover();
  await page.mouse.wheel(0, 600);
  await expect(reason).not.toBeInViewport({ ratio: 1 });
  await expect(words).toBeInViewport({ ratio: 1 });
  const isCovered = (below: number) =>
    words.evaluate((line, below) => {
      const { left, bottom } = line.getBoundingClientRect();
      const hit = (line.getRootNode() as ShadowRoot).elementFromPoint(left + 5, bottom + below);
      return hit?.closest('.actions') != null;
    }, below);
  expect(await isCovered(10)).toBe(true);
  expect(await isCovered(50)).toBe(false);
  await page.mouse.wheel(0, -600);
  await expect(reason).toBeInViewport({ ratio: 1 });
  await lab.step(2);
  await expect(lab.button('Swap in Step decay')).toBeVisible();
  expect(await reason.boundingBox()).toEqual(before);
});

test('nothing moves in 10 seconds of training at 1440, 1280 and 390 pixels', async ({ context }) => {
  // Side by side, because each takes its ten seconds.
  const scores = await Promise.all(
    [1440, 1280, 390].map(async (width) => {
      const page = await context.newPage();
      const lab = new LabPage(page);
      await page.setViewportSize({ width, height: 844 });
      await lab.embed('<lr-lab model="tiny" batch-size="4" schedulers-href="."></lr-lab>');
      // Three labs that train as fast as they can would leave the tests beside this one no processor.
      await lab.element.evaluate(({ lab }: LrLab) => lab!.limitSpeed(25));
      await lab.button('Start').click();
      await lab.untilStep(3);
      await page.evaluate(() => {
        const seen = { score: 0 };
        Object.assign(globalThis, { seen });
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries())
            seen.score += (entry as PerformanceEntry & { value: number }).value;
        }).observe({ type: 'layout-shift', buffered: false });
      });
      await page.waitForTimeout(10_000);
      expect(await lab.element.evaluate(({ lab }: LrLab) => lab!.state.value)).toBe('running');
      const score = await page.evaluate(
        () => (globalThis as unknown as { seen: { score: number } }).seen.score,
      );
      return { width, isStill: score < 0.02, score };
    }),
  );
  expect(scores.filter(({ isStill }) => !isStill)).toEqual([]);
});

test('the page has at most thirty Tab stops at first', async ({ lab }) => {
  const { page } = lab;
  await page.setViewportSize({ width: 1440, height: 900 });
  await lab.openDemo();
  await expect(lab.button('Start')).toBeEnabled();
  const focused = () =>
    page.evaluate(() => {
      let active = document.activeElement;
      const path: string[] = [];
      while (active !== null && active !== document.body) {
        path.push(active.localName);
        const inner: Element | null = active.shadowRoot?.activeElement ?? null;
        if (inner === null) return `${path.join(' ')} ${active.id} ${active.textContent.trim().slice(0, 40)}`;
        active = inner;
      }
      return undefined;
    });
  const stops: string[] = [];
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    const stop = await focused();
    if (stop === undefined) break;
    stops.push(stop);
  }
  expect(stops.length).toBeGreaterThan(10);
  expect(stops.length, stops.join('\n')).toBeLessThanOrEqual(30);
});
