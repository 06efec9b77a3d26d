/** Bad input: reported in place and as an event, until it is corrected. */
import { expect, test } from '../support/lab-page.js';

const wrong: [name: string, attribute: string, value: string, received: RegExp, corrected: string][] = [
  ['dataset', 'dataset', 'cifar', /cifar/, 'digits'],
  ['model', 'model', 'resnet', /resnet/, 'tiny'],
  ['optimizer', 'optimizer', 'Lion', /Lion/, 'Adam'],
  ['backend', 'backend', 'cuda', /cuda/, 'webgpu'],
  ['learning rate that is not a number', 'lr', 'fast', /fast/, '0.1'],
  ['learning rate below zero', 'lr', '-0.1', /-0\.1/, '0.1'],
  ['theme', 'theme', 'blue', /blue/, 'dark'],
  ['policy that is not JSON', 'policy', '{ "type": ', /line 1/, '{ "type": "StepLR", "stepSize": 2 }'],
  ['policy with a bad value', 'policy', '{ "type": "StepLR", "stepSize": 0 }', /stepSize/, '[]'],
];

for (const [name, attribute, value, received, corrected] of wrong) {
  test(`the lab reports a wrong ${name} in place, and recovers once it is corrected`, async ({ lab }) => {
    const { page, element } = lab;
    await lab.embed('');
    const error = await page.evaluate(
      ([attribute, value]) =>
        new Promise<{ message: string; code: string }>((resolve) => {
          const lab = document.createElement('lr-lab');
          lab.addEventListener('lr-error', ({ detail }) => resolve(detail));
          lab.setAttribute('batch-size', '4');
          if (attribute !== 'model') lab.setAttribute('model', 'tiny');
          lab.setAttribute(attribute, value);
          document.body.append(lab);
        }),
      [attribute, value] as const,
    );
    expect(error.message).toMatch(received);
    expect(error.code).toBeTruthy();
    await expect(page.getByRole('alert').filter({ hasText: received })).toBeVisible();

    await element.evaluate((lab, [name, value]) => lab.setAttribute(name, value), [
      attribute,
      corrected,
    ] as const);
    await expect(page.getByRole('alert')).toHaveCount(0);
    await expect(lab.button('Start')).toBeEnabled();
  });
}

test('the lab reports a batch larger than the data, and trains once it is smaller', async ({ lab }) => {
  const { page, element } = lab;
  await lab.embed('<lr-lab model="tiny" batch-size="7000"></lr-lab>');
  await lab.button('Start').click();
  await expect(page.getByRole('alert').filter({ hasText: '7000' })).toContainText('6000');
  await element.evaluate((lab) => lab.setAttribute('batch-size', '8'));
  await lab.button('Step').click();
  await lab.untilStep(1);
});

test('the panel shows a policy’s errors, keeps the running policy, and cannot apply the wrong one', async ({
  lab,
}) => {
  const { page } = lab;
  await lab.embed('<lr-lab model="tiny" batch-size="4"></lr-lab>');
  await page.getByRole('tab', { name: 'JSON' }).click();
  const policy = page.getByRole('textbox', { name: 'Policy (JSON)' });
  await policy.fill('{ "type": "StepLR", "stepSize": -3, "gama": 0.5 }');
  await expect(policy).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByText(/-3/).first()).toBeVisible();
  await expect(page.getByText(/gama/).last()).toBeVisible();
  await expect(page.getByText('This schedule has errors. Start still trains Step decay.')).toBeVisible();
  expect((await lab.run()).entries.map(({ scheduler }) => scheduler.type)).toEqual(['StepLR']);
  await expect(policy).toHaveValue(/gama/);
});
