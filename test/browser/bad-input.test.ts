/** Bad input: said in place, fired as an event, and mended by correcting it. */
import { expect, test } from './lab-page.js';

const wrong: [name: string, attribute: string, value: string, received: RegExp, corrected: string][] = [
  ['dataset', 'dataset', 'cifar', /cifar/, 'digits'],
  ['model', 'model', 'resnet', /resnet/, 'tiny'],
  ['optimizer', 'optimizer', 'Lion', /Lion/, 'Adam'],
  ['backend', 'backend', 'cuda', /cuda/, 'webgpu'],
  ['learning rate that is no number', 'lr', 'fast', /fast/, '0.1'],
  ['learning rate below zero', 'lr', '-0.1', /-0\.1/, '0.1'],
  ['policy that is no JSON', 'policy', '{ "type": ', /line 1/, '{ "type": "StepLR", "stepSize": 2 }'],
  ['policy with a bad value', 'policy', '{ "type": "StepLR", "stepSize": 0 }', /stepSize/, '[]'],
];

for (const [name, attribute, value, received, corrected] of wrong) {
  test(`says what is wrong with a ${name}, and goes on once it is corrected`, async ({ lab }) => {
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

test('says that a batch is larger than the data, and goes on once it is smaller', async ({ lab }) => {
  const { page, element } = lab;
  await lab.embed('<lr-lab model="tiny" batch-size="7000"></lr-lab>');
  await lab.button('Start').click();
  await expect(page.getByRole('alert').filter({ hasText: '7000' })).toContainText('6000');
  await element.evaluate((lab) => lab.setAttribute('batch-size', '8'));
  await lab.button('Step').click();
  await lab.untilStep(1);
});

test('refuses a model whose output is not the number of classes', async ({ lab }) => {
  const { page } = lab;
  await page.goto('test/browser/pages/engine.html');
  await page.waitForFunction(() => 'engine' in window);
  const problem = await page.evaluate(async () => {
    const { tf, Lab } = window.engine;
    await tf.ready();
    const model = tf.sequential({
      layers: [tf.layers.flatten({ inputShape: [28, 28, 1] }), tf.layers.dense({ units: 7 })],
    });
    const lab = new Lab({ model });
    await lab.step(1).catch(() => undefined);
    const refused = { ...lab.problem.value, state: lab.state.value };
    await lab.reset({ model: 'tiny', batchSize: 4 });
    await lab.step(1);
    const trained = lab.runs.value[0].history.length;
    await lab.dispose();
    return { ...refused, trained };
  });
  expect(problem).toMatchObject({
    code: 'model-output',
    received: '[null,7]',
    accepted: '[null,10]',
    state: 'failed',
  });
  expect(problem.trained).toBe(1);
});

test('shows a policy’s errors in the panel, keeps what runs, and cannot apply it', async ({ lab }) => {
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
