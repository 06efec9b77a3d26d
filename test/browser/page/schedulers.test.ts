/** The page of all schedulers: what a reader can do with each card. */
import type { LrLab } from '../../../components/index.js';
import { schedulerTypes } from '../../../src/policy/index.js';
import { expectNoViolations } from '../support/axe.js';
import { expect, test } from '../support/lab-page.js';

test('a card opens in the lab, with the schedule and the rate of its curve', async ({ lab }) => {
  await lab.page.goto('schedulers.html');
  const card = lab.page
    .getByRole('listitem')
    .filter({ has: lab.page.getByRole('heading', { name: 'StepLR', exact: true }) });
  await card.getByRole('button', { name: 'Open in the lab' }).click();
  await lab.page.waitForURL(/index\.html/);
  const config = () => lab.element.evaluate(({ lab }: LrLab) => lab?.config.value);
  await expect.poll(config).toMatchObject({
    epochs: 100,
    stepsPerEpoch: 10,
    optimizer: { type: 'SGD', lr: 0.1 },
    policy: [{ scheduler: { type: 'StepLR', stepSize: 30, gamma: 0.3 }, interval: 'epoch' }],
  });
});

test('a card’s code is copied, and its scheduler linked to PyTorch’s documentation', async ({ lab }) => {
  const { page } = lab;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('schedulers.html');
  const card = page
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name: 'StepLR', exact: true }) });
  await card.getByRole('button', { name: 'Copy PyTorch' }).click();
  await expect(card.getByRole('button', { name: '✓ Copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(
    'StepLR(optimizer, step_size=30, gamma=0.3)',
  );
  await expect(card.getByRole('link', { name: 'StepLR in PyTorch’s documentation' })).toHaveAttribute(
    'href',
    'https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.StepLR.html',
  );
  await expectNoViolations(page, 'the page of all schedulers', 'schedulers-page');
});

test('every scheduler shows its formula, which fits into a page 320 pixels wide', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto('schedulers.html');
  const cards = page.getByRole('listitem').filter({ has: page.getByRole('math') });
  await expect(cards.getByRole('heading')).toHaveText([...schedulerTypes]);
  const outside = await page.getByRole('math').evaluateAll((formulas) =>
    formulas.flatMap((formula) => {
      const card = formula.closest('li')!.getBoundingClientRect();
      const parts = [...formula.querySelectorAll('*')].map((part) => part.getBoundingClientRect());
      const { left, right } = card;
      return parts.some((part) => part.left < left || part.right > right) ? [formula.textContent] : [];
    }),
  );
  expect(outside).toEqual([]);
  const heights = await page
    .getByRole('math')
    .evaluateAll((formulas) => formulas.map((formula) => formula.getBoundingClientRect().height));
  expect(Math.min(...heights)).toBeGreaterThan(10);
});
