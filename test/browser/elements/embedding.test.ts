/** The elements in other people's pages: set by script, laid out by the page, printed, coloured, several at once. */
import type { LrLab } from '../../../components/index.js';
import { expectNoViolations } from '../support/axe.js';
import { expect, test, type LabPage } from '../support/lab-page.js';

const small = 'model="tiny" batch-size="4" steps-per-epoch="10" epochs="3"';
const cosine = { type: 'CosineAnnealingLR', tMax: 3 } as const;

const config = (lab: LabPage) => lab.element.evaluate(({ lab }: LrLab) => lab!.config.value);
/** Embeds markup whose `data-style` attributes become styles: the page's CSP allows none in markup. */
async function embedStyled(lab: LabPage, markup: string): Promise<void> {
  await lab.embed(markup);
  await lab.page.evaluate(() => {
    for (const element of document.querySelectorAll<HTMLElement>('[data-style]'))
      element.style.cssText = element.dataset.style!;
  });
}

const widthOf = (lab: LabPage, selector: string) =>
  lab.page.locator(selector).evaluate((element) => element.getBoundingClientRect().width);

test('properties take numbers, objects and data, and the config is what was set', async ({ lab }) => {
  await lab.embed(`<lr-lab ${small}></lr-lab>`);
  await lab.element.evaluate((element: LrLab, policy) => {
    Object.assign(element, { lr: 0.05, epochs: 2, batchSize: 16, seed: 3, policy, dataset: 'mnist' });
  }, cosine);
  await expect
    .poll(() => config(lab))
    .toMatchObject({
      dataset: 'mnist',
      epochs: 2,
      batchSize: 16,
      seed: 3,
      optimizer: { lr: 0.05 },
      policy: [{ scheduler: { type: 'CosineAnnealingLR', tMax: 3 } }],
    });
  expect(await lab.element.evaluate((element: LrLab) => element.problem)).toBeUndefined();
  expect(await lab.element.evaluate((element: LrLab) => element.dataset instanceof DOMStringMap)).toBe(true);

  await lab.element.evaluate((element: LrLab) => {
    const images = new Uint8Array(160 * 28 * 28);
    const data = { images, labels: new Uint8Array(160), height: 28, width: 28, channels: 1, classes: 2 };
    Object.assign(element, { dataset: { ...data, validation: data } });
  });
  await expect
    .poll(() => lab.element.evaluate(({ lab }: LrLab) => typeof lab!.config.value.dataset))
    .toBe('object');
});

test('a new policy object with equal values changes nothing, as when a framework renders again', async ({
  lab,
}) => {
  await lab.embed(`<lr-lab ${small}></lr-lab>`);
  const set = (policy: object) =>
    lab.element.evaluate(async (element: LrLab, value) => {
      element.policy = value as LrLab['policy'];
      await element.updateComplete;
    }, policy);
  await set(cosine);
  await lab.element.evaluate(({ lab }: LrLab) => lab!.step(3));
  await set({ ...cosine });
  expect((await lab.run()).loss).toHaveLength(3);
  await set({ ...cosine, tMax: 2 });
  await expect.poll(async () => (await lab.run()).loss).toHaveLength(0);
});

test('a wrong value is a problem of the element and an event, also for a script that listens later', async ({
  lab,
}) => {
  await lab.embed('<p></p>');
  const heard = await lab.page.evaluate(async () => {
    const codes: string[] = [];
    document.body.innerHTML =
      '<lr-lab lr="fast"></lr-lab><lr-schedule-plot policy="cosinus"></lr-schedule-plot>';
    // As a script does that has just imported the elements.
    await Promise.resolve();
    document.body.addEventListener('lr-error', ({ target, detail }) =>
      codes.push(`${(target as Element).localName} ${detail.code}`),
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    return codes;
  });
  expect(heard.sort()).toEqual(['lr-lab config-value', 'lr-schedule-plot config-value']);
  const problems = await lab.page.evaluate(() =>
    [...document.querySelectorAll<LrLab>('lr-lab, lr-schedule-plot')].map(({ problem }) => problem?.path),
  );
  expect(problems).toEqual(['lr', 'policy']);
  await lab.element.evaluate((element: LrLab) => (element.lr = 0.2));
  await expect.poll(async () => (await config(lab)).optimizer.lr).toBe(0.2);
  expect(await lab.element.evaluate((element: LrLab) => element.problem)).toBeUndefined();
});

test('a plot takes a policy object, and keeps its curve’s name', async ({ lab }) => {
  await lab.embed('<lr-schedule-plot steps="10"></lr-schedule-plot>');
  await lab.page
    .locator('lr-schedule-plot')
    .evaluate((plot, policy) => Object.assign(plot, { policy }), cosine);
  await expect(lab.page.getByRole('slider', { name: /CosineAnnealingLR/ })).toBeVisible();
});

test('of two labs with one keep or share, the second trains without, and says so', async ({ lab }) => {
  await lab.embed(
    `<lr-lab ${small} keep="lesson" share></lr-lab><lr-lab ${small} keep="lesson" id="second"></lr-lab>`,
  );
  await expect(
    lab.page.locator('#second').getByText('Another lab on this page saves its session as “lesson”'),
  ).toBeVisible();
  // The page has the heading; a lab in it is a group.
  await expect(lab.page.getByRole('heading', { level: 1 })).toHaveCount(0);
  await expect(lab.page.getByRole('group', { name: 'lr-lab', exact: true })).toHaveCount(2);
  // The first leaves the page, and what it had is free.
  await lab.page.evaluate((markup) => {
    document.querySelector('lr-lab')!.remove();
    document.querySelector('#second')!.remove();
    document.body.insertAdjacentHTML('beforeend', markup);
  }, `<lr-lab ${small} keep="lesson"></lr-lab>`);
  await expect(lab.button('Start')).toBeEnabled();
  expect(await lab.element.evaluate((element: LrLab) => element.problem)).toBeUndefined();
});

test('a lab that is put back soon has lost nothing', async ({ lab }) => {
  await lab.embed(`<lr-lab ${small}></lr-lab>`);
  await lab.element.evaluate(({ lab }: LrLab) => lab!.step(5));
  await lab.element.evaluate(async (element: LrLab) => {
    element.remove();
    await new Promise((resolve) => setTimeout(resolve, 300));
    document.body.append(element);
  });
  expect((await lab.run()).loss).toHaveLength(5);
});

test('autostart="visible" waits until the lab is in sight', async ({ lab }) => {
  await embedStyled(lab, '<div data-style="height: 3000px"></div>');
  await lab.page.evaluate(
    (markup) => document.body.insertAdjacentHTML('beforeend', markup),
    `<lr-lab ${small} autostart="visible"></lr-lab>`,
  );
  await expect.poll(() => lab.element.evaluate(({ lab }: LrLab) => lab !== undefined)).toBe(true);
  await lab.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
  expect((await lab.run()).state).toBe('idle');
  await lab.element.scrollIntoViewIfNeeded();
  await lab.untilStep(3);
});

test('a lab that starts by itself trains again when an attribute changes', async ({ lab }) => {
  await lab.embed(`<lr-lab ${small} autostart></lr-lab>`);
  await lab.untilStep(3);
  await lab.element.evaluate((element: LrLab) => element.setAttribute('policy', 'cosine'));
  await expect
    .poll(async () => (await lab.run()).entries.map(({ scheduler }) => scheduler.type))
    .toEqual(['CosineAnnealingLR']);
  await lab.untilStep(3);
});

for (const style of [
  'display: flex',
  'display: inline-block',
  'float: left',
  'inline-size: fit-content',
  'display: grid; justify-items: start',
]) {
  test(`a lab and a plot have a width in a box with ${style}, and fit into a narrow one`, async ({ lab }) => {
    const inside = `<lr-schedule-plot policy="cosine"></lr-schedule-plot>`;
    await lab.page.setViewportSize({ width: 1200, height: 800 });
    await embedStyled(
      lab,
      `<div data-style="${style}"><lr-lab></lr-lab></div><div data-style="${style}">${inside}</div>`,
    );
    expect(await widthOf(lab, 'lr-lab')).toBeGreaterThan(600);
    expect(await widthOf(lab, 'lr-schedule-plot')).toBeGreaterThan(400);
    await lab.page.setViewportSize({ width: 316, height: 800 });
    expect(await widthOf(lab, 'lr-lab')).toBeLessThanOrEqual(300);
    expect(await lab.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(316);
  });
}

test('a modal dialog is as wide as the plot in it', async ({ lab }) => {
  await lab.embed('<dialog><lr-schedule-plot policy="cosine"></lr-schedule-plot></dialog>');
  await lab.page.locator('dialog').evaluate((dialog: HTMLDialogElement) => dialog.showModal());
  expect(await widthOf(lab, 'lr-schedule-plot')).toBeGreaterThan(400);
});

test('a plot far below is drawn in a picture of the whole page, and in print', async ({ lab }) => {
  const far = '<div data-style="height: 5000px"></div><lr-schedule-plot policy="cosine"></lr-schedule-plot>';
  await embedStyled(lab, far);
  await expect(lab.page.getByRole('slider', { name: /Cosine/ })).toHaveCount(1);
  const policies = await lab.page.evaluate(async () => {
    const plot = document.querySelector('lr-schedule-plot')!;
    plot.policy = 'one-cycle';
    await plot.updateComplete;
    // Out of sight, a change is drawn only for print.
    const described = () => plot.shadowRoot!.querySelector('canvas')!.ariaLabel;
    const before = described();
    dispatchEvent(new Event('beforeprint'));
    return [before, described()];
  });
  expect(policies).toEqual([expect.stringContaining('Cosine'), expect.stringContaining('One')]);
});

test('a plot in a hidden part of the page is drawn once it is shown, far below or in print', async ({
  lab,
}) => {
  const far = (id: string) =>
    `<div hidden id="${id}"><div data-style="height: 5000px"></div><lr-schedule-plot policy="cosine"></lr-schedule-plot></div>`;
  await embedStyled(lab, far('later') + far('printed'));
  // Longer than what is out of sight waits for its first drawing.
  await lab.page.waitForTimeout(500);
  await lab.page.evaluate(() => (document.querySelector<HTMLElement>('#later')!.hidden = false));
  await expect(lab.page.getByRole('slider', { name: /Cosine/ })).toHaveCount(1);
  const drawn = await lab.page.evaluate(() => {
    document.querySelector<HTMLElement>('#printed')!.hidden = false;
    dispatchEvent(new Event('beforeprint'));
    return document.querySelector('#printed lr-schedule-plot')!.shadowRoot!.querySelectorAll('[role=slider]')
      .length;
  });
  expect(drawn).toBe(1);
});

test('a whole lab within a page is no landmark beside those of the page', async ({ lab }) => {
  await lab.embed(`<main><lr-lab ${small}></lr-lab><lr-lab ${small}></lr-lab></main>`);
  await expect(lab.page.getByRole('button', { name: 'Start' })).toHaveCount(2);
  await expect(lab.page.getByRole('main')).toHaveCount(1);
  await expect(lab.page.getByRole('banner')).toHaveCount(0);
});

test('the colours follow the page, unless the lab has a theme', async ({ lab }) => {
  const background = () =>
    lab.element.evaluate(
      (element) => getComputedStyle(element.shadowRoot!.querySelector('.page')!).backgroundColor,
    );
  await lab.page.emulateMedia({ colorScheme: 'dark' });
  await lab.embed(`<lr-lab ${small}></lr-lab>`);
  await lab.page.evaluate(() => (document.documentElement.style.colorScheme = 'light'));
  const light = await background();
  await lab.page.evaluate(() => (document.documentElement.style.colorScheme = 'dark'));
  const dark = await background();
  expect(dark).not.toBe(light);
  await lab.element.evaluate((element: LrLab) => (element.theme = 'light'));
  await expect.poll(background).toBe(light);
});

test('leaves stand apart in a column of 300 pixels, nothing juts out, and a plot takes a theme too', async ({
  lab,
}) => {
  await embedStyled(
    lab,
    `<div data-style="inline-size: 300px"><lr-lab ${small}><lr-run-controls></lr-run-controls
      ><lr-scheduler-panel></lr-scheduler-panel></lr-lab><lr-schedule-plot theme="dark"></lr-schedule-plot></div>`,
  );
  await lab.step(30);
  await expect(lab.button('Race from step 0')).toBeVisible();
  const { ends, gap, scheme } = await lab.page.evaluate(() => {
    const [controls, panel] = document.querySelector('lr-lab')!.children;
    const shown = [controls, panel].flatMap((leaf) => [...leaf.shadowRoot!.querySelectorAll('.button')]);
    return {
      ends: shown.map((button) => button.getBoundingClientRect().right),
      gap: panel.getBoundingClientRect().top - controls.getBoundingClientRect().bottom,
      scheme: getComputedStyle(document.querySelector('lr-schedule-plot')!).colorScheme,
    };
  });
  expect(Math.max(...ends)).toBeLessThanOrEqual(308);
  expect(gap).toBeGreaterThan(5);
  expect(scheme).toBe('dark');
});

test('a page that sets surface, text and accent stays readable', async ({ lab }) => {
  await embedStyled(
    lab,
    `<div data-style="--lr-page: #102010; --lr-surface: #204020; --lr-text: #ffd; --lr-accent: #ffd24d; color-scheme: dark">
      <lr-lab ${small}></lr-lab></div>`,
  );
  await lab.button('Start').click();
  await lab.untilStep(12);
  await expectNoViolations(lab.page, 'a lab in colours of the page', 'lr-lab');
});

test('a page styles a part of a leaf through the whole lab', async ({ lab }) => {
  await lab.embed('<lr-lab model="tiny"></lr-lab>');
  await lab.page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('lr-lab::part(loss-chart-base) { outline: 3px dotted }');
    document.adoptedStyleSheets.push(sheet);
  });
  await expect(lab.page.locator('lr-loss-chart [part="base"]')).toHaveCSS('outline-style', 'dotted');
  await expect(lab.page.locator('lr-rate-chart [part="base"]')).toHaveCSS('outline-style', 'none');
});

test('numbers stay in order in a page that reads from right to left', async ({ lab }) => {
  await lab.embed('<div dir="rtl"><lr-schedule-plot policy="cosine" lr="0.1"></lr-schedule-plot></div>');
  const readout = lab.page.locator('lr-schedule-plot [part=readout]');
  await expect(readout).toContainText('0.1 →');
  expect(await readout.evaluate((element) => getComputedStyle(element).direction)).toBe('ltr');
});
