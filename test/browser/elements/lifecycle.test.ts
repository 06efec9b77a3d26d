/** Elements come and go: a removed lab ends its worker, a moved one trains on, one that is put back starts again. */
import type { LrLab } from '../../../components/index.js';
import type { Lab } from '../../../src/lab/index.js';
import { expect, test } from '../support/lab-page.js';
import { pageObjects } from '../support/page-memory.js';
import { isSoak } from '../support/seeded-pick.js';

const small = '<lr-lab model="tiny" batch-size="4" steps-per-epoch="20" epochs="5"></lr-lab>';

test('a removed lab frees everything and ends its worker, and works when it is put back', async ({ lab }) => {
  const { page, element } = lab;
  await lab.embed(small);
  await lab.button('Start').click();
  await lab.untilStep(10);
  expect(page.workers()).toHaveLength(1);

  await element.evaluate((lab: LrLab) => {
    Object.assign(globalThis, { removed: lab, held: lab.lab });
    lab.remove();
  });
  await expect.poll(() => page.workers().length).toBe(0);
  const report = await page.evaluate(() => (globalThis as unknown as { held: Lab }).held.dispose());
  expect(report.tensors).toBe(0);

  await page.evaluate(() => document.body.append((globalThis as unknown as { removed: LrLab }).removed));
  await expect(lab.button('Start')).toBeEnabled();
  await lab.button('Step').click();
  await lab.untilStep(1);
  expect(page.workers()).toHaveLength(1);
});

test('a lab keeps training when it is moved within the page', async ({ lab }) => {
  await lab.embed(`<main></main>${small.replace('epochs="5"', 'epochs="5000"')}`);
  await lab.button('Start').click();
  await lab.untilStep(5);
  await lab.element.evaluate((lab: LrLab) => document.querySelector('main')!.append(lab));
  await lab.untilStep(15);
  expect((await lab.run()).state).toBe('running');
});

test('a lab fires an event for each step, epoch, state and intervention', async ({ lab }) => {
  await lab.embed(small);
  await lab.element.evaluate((element: LrLab) => {
    const events: string[] = [];
    Object.assign(globalThis, { events });
    element.addEventListener('lr-state', ({ detail }) => events.push(`state ${detail.state}`));
    element.addEventListener('lr-step', ({ detail }) => {
      for (const { step, lr } of detail.steps) events.push(`step ${detail.run} ${step} ${lr.join()}`);
    });
    element.addEventListener('lr-epoch', ({ detail }) => events.push(`epoch ${detail.epoch}`));
    element.addEventListener('lr-intervention', ({ detail }) => events.push(`${detail.kind} ${detail.step}`));
  });
  await lab.element.evaluate(async ({ lab }: LrLab) => {
    await lab!.step(2);
    await lab!.setLr(lab!.runs.value[0], 0.05);
    await lab!.step(20);
  });
  const events = () => lab.page.evaluate(() => (globalThis as unknown as { events: string[] }).events);
  await expect.poll(async () => (await events()).at(-1)).toBe('state paused');
  await expect
    .poll(async () => (await events()).filter((event) => event.startsWith('step')))
    .toHaveLength(22);
  expect(await events()).toEqual(
    expect.arrayContaining([
      'state loading',
      'state running',
      'setLr 2',
      'step A 2 0.05',
      'epoch 1',
      'state paused',
    ]),
  );
});

test('a lab finishes its run, and runs again after a reset', async ({ lab }) => {
  await lab.embed('<lr-lab model="tiny" batch-size="4" steps-per-epoch="5" epochs="2"></lr-lab>');
  await lab.button('Start').click();
  await lab.untilState('finished');
  await lab.button('Start over').click();
  await lab.button('Delete and start over').click();
  await lab.untilState('idle');
  await lab.button('Start').click();
  await lab.untilState('finished');
  expect((await lab.run()).loss).toHaveLength(10);
});

test('a lab with children shows only them', async ({ lab }) => {
  await lab.embed(
    '<lr-lab model="tiny" batch-size="4"><lr-loss-chart></lr-loss-chart><lr-run-controls></lr-run-controls></lr-lab>',
  );
  await lab.button('Step').click();
  await lab.untilStep(1);
  await expect(lab.page.getByRole('textbox', { name: 'Policy (JSON)' })).toHaveCount(0);
  await expect(lab.page.getByRole('heading', { name: 'Loss' })).toBeVisible();
});

test('a lab reads attributes that are set right after it is appended', async ({ lab }) => {
  await lab.embed('');
  await lab.page.evaluate(() => {
    const element = document.createElement('lr-lab');
    document.body.append(element);
    element.setAttribute('lr', '0.5');
  });
  const rate = () => lab.element.evaluate(({ lab }: LrLab) => lab!.config.value.optimizer.lr);
  await expect.poll(rate).toBe(0.5);
});

test('labs that come and go leave no worker, no DOM node and no memory behind', async ({ lab }) => {
  const { page } = lab;
  const cycles = isSoak ? 50 : 2;
  test.setTimeout(600_000);
  await lab.embed('<p></p>');
  const comeAndGo = async (times: number) => {
    for (let cycle = 0; cycle < times; cycle++)
      await page.evaluate(async (markup) => {
        document.body.innerHTML = markup;
        const element = document.querySelector('lr-lab')!;
        await element.updateComplete;
        await element.lab!.step(3);
        element.remove();
      }, small);
    await expect.poll(() => page.workers().length).toBe(0);
    return pageObjects(page);
  };
  const before = await comeAndGo(2);
  const after = await comeAndGo(cycles);
  console.log(`${cycles} labs: ${JSON.stringify({ before, after })}`);
  // A lab has 1,900 nodes; some templates are made late.
  expect(after.domNodes).toBeLessThan(before.domNodes + 100);
  expect(after.listeners).toBeLessThan(before.listeners + 10);
  expect(after.heap).toBeLessThan(before.heap + 10_000);
});
