/** Letters that press the buttons of a lab, the list of them, and the link past the header. */
import type { LrLab } from '../../../components/index.js';
import { expectNoViolations } from '../support/axe.js';
import type { LabPage } from '../support/lab-page.js';
import { expect, test } from '../support/lab-page.js';

const small = '<lr-lab model="tiny" batch-size="4" steps-per-epoch="10" epochs="400"></lr-lab>';

/** Each run and its changes. */
const runsOf = ({ element }: LabPage) =>
  element.evaluate(({ lab }: LrLab) =>
    lab!.runs.value.map((run) =>
      [run.name.value, ...run.interventions.value.map(({ kind }) => kind)].join(' '),
    ),
  );

const stateOf = ({ element }: LabPage) => element.evaluate(({ lab }: LrLab) => lab!.state.value);

test('the first Tab stop is a link to the controls', async ({ lab }) => {
  const { page } = lab;
  await lab.openDemo();
  await expect(lab.button('Start')).toBeEnabled();
  await page.keyboard.press('Tab');
  const link = page.getByRole('link', { name: 'Skip to the controls' });
  await expect(link).toBeFocused();
  const box = await link.boundingBox();
  expect(box!.height).toBeGreaterThan(24);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(lab.button('Start')).toBeFocused();
});

test('letters start, swap, race and fork, and never while one types', async ({ lab }) => {
  const { page } = lab;
  await lab.embed(small);
  await page.getByRole('textbox', { name: 'step_size' }).press('s');
  expect(await stateOf(lab)).toBe('idle');
  await lab.button('Step').click();
  await lab.untilState('paused');
  await page.getByRole('radio', { name: 'Cosine', exact: true }).check();
  await page.keyboard.press('w');
  await expect.poll(() => runsOf(lab)).toEqual(['A swap']);
  await page.keyboard.press('k');
  await expect(page.getByRole('dialog', { name: 'Fork run A' })).toBeVisible();
  // In the menu that is open, a letter presses nothing.
  await page.keyboard.press('s');
  expect(await stateOf(lab)).toBe('paused');
  await page.keyboard.press('Escape');
  await page.getByRole('radio', { name: 'Exponential', exact: true }).check();
  await page.keyboard.press('r');
  await expect.poll(() => runsOf(lab)).toEqual(['A swap', 'B']);
  await lab.untilState('running');
  await page.keyboard.press('s');
  await lab.untilState('paused');
});

test('letters can be turned off, and stay off', async ({ lab }) => {
  const { page } = lab;
  await lab.openDemo();
  await expect(lab.button('Start')).toBeEnabled();
  await page.keyboard.press('?');
  await expectNoViolations(page, 'the keys', 'lr-lab', 'lr-keyboard-dialog');
  await page.getByRole('checkbox', { name: 'Use these keys' }).uncheck();
  await page.keyboard.press('Escape');
  await page.reload();
  await expect(lab.button('Start')).not.toHaveAttribute('aria-keyshortcuts');
  await page.keyboard.press('s');
  await page.keyboard.press('?');
  await lab.press('Keyboard');
  await expect(page.getByRole('checkbox', { name: 'Use these keys' })).not.toBeChecked();
  expect(await stateOf(lab)).toBe('idle');
});

test('a lab leaves the keys of the page around it alone', async ({ lab }) => {
  const { page } = lab;
  await lab.embed(`<main><button>Outside</button>${small}</main>`);
  await lab.button('Outside').press('s');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  expect(await stateOf(lab)).toBe('idle');
  await lab.button('Start').press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible();
});

test('a lab of chosen elements lists its keys too', async ({ lab }) => {
  const controls = '<lr-run-controls></lr-run-controls>';
  await lab.embed(small.replace('</lr-lab>', `${controls}</lr-lab>`));
  await lab.button('Start').press('?');
  await expect(lab.page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible();
});
