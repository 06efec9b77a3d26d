/** Bad input: reported in place and as an event, until it is corrected. */
import type { LrLab } from '../../../components/index.js';
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

/** Elements with an attribute that they do not have, or a value out of bounds: where, what is shown in English and in Chinese. */
const faulty: [markup: string, path: string, english: string, chinese: string][] = [
  [
    '<lr-lab bachsize="32" model="tiny"><lr-run-controls></lr-run-controls></lr-lab>',
    'bachsize',
    'Unknown attribute “bachsize”. Did you mean “batch-size”?',
    '没有“bachsize”这个属性。是不是想写“batch-size”？',
  ],
  ['<lr-lab epochs="1e9"><p></p></lr-lab>', 'epochs', 'Invalid value for epochs.', 'epochs 的值无效。'],
  [
    '<lr-lab steps-per-epoch="94"><p></p></lr-lab>',
    'steps-per-epoch',
    'The data has fewer whole batches than that.',
    '数据里没有这么多完整的 batch。',
  ],
  [
    '<lr-lab autostart="visble"><p></p></lr-lab>',
    'autostart',
    'Invalid value for autostart.',
    'autostart 的值无效。',
  ],
  [
    '<lr-lab model="tiny"><lr-loss-chart smoothing="2"></lr-loss-chart></lr-lab>',
    'smoothing',
    'Invalid value for smoothing.',
    'smoothing 的值无效。',
  ],
  [
    '<lr-schedule-plot policy="cosine" lable="Mine"></lr-schedule-plot>',
    'lable',
    'Unknown attribute “lable”. Did you mean “label”?',
    '没有“lable”这个属性。是不是想写“label”？',
  ],
  [
    '<lr-schedule-plot><lr-schedule-curve policy="sgdr" name="A" labels="A"></lr-schedule-curve></lr-schedule-plot>',
    'labels',
    'Unknown attribute “labels”. Did you mean “label”?',
    '没有“labels”这个属性。是不是想写“label”？',
  ],
  [
    '<lr-experiment name="step-decay" seeds="3"></lr-experiment>',
    'seeds',
    'Unknown attribute “seeds”. Did you mean “seed”?',
    '没有“seeds”这个属性。是不是想写“seed”？',
  ],
  [
    '<lr-experiment name="step-decay" seed="x"></lr-experiment>',
    'seed',
    'Invalid value for seed.',
    'seed 的值无效。',
  ],
];

for (const [language, at] of [
  ['en', 2],
  ['zh-CN', 3],
] as const) {
  test(`elements name attributes that they do not have, and values out of bounds, in ${language}`, async ({
    lab,
  }) => {
    const { page } = lab;
    await lab.embed('');
    const heard = await page.evaluate(
      ([language, markup]) => {
        const codes: string[] = [];
        document.addEventListener('lr-error', ({ target, detail }) =>
          codes.push(`${(target as Element).localName} ${detail.message}`),
        );
        document.documentElement.lang = language;
        document.body.innerHTML = markup.map((each) => `<section>${each}</section>`).join('');
        return new Promise<string[]>((resolve) => setTimeout(() => resolve(codes), 1000));
      },
      [language, faulty.map(([markup]) => markup)] as const,
    );
    expect(heard).toHaveLength(faulty.length);
    expect(heard).toContain('lr-loss-chart smoothing is 2; accepted: 0 ≤ number ≤ 0.99.');
    for (const [index, each] of faulty.entries()) {
      const section = page.locator('section').nth(index);
      await expect(section.getByRole('alert')).toContainText(each[at]);
      const paths = await section.evaluate((element) =>
        [...element.querySelectorAll<LrLab>('*')].flatMap(({ problem }) => problem?.path ?? []),
      );
      expect(paths).toEqual([each[1]]);
    }
    // What is only not understood takes nothing away.
    const first = page.locator('section').first();
    await expect(
      first.getByRole('button', { name: language === 'en' ? 'Start' : '开始', exact: true }),
    ).toBeEnabled();
    await expect(page.locator('section').nth(5).getByRole('slider')).toHaveCount(1);
  });
}

test('the lab reports a batch larger than the data, and trains once it is smaller', async ({ lab }) => {
  const { page, element } = lab;
  await lab.embed('<lr-lab model="tiny" batch-size="7000"></lr-lab>');
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
