/** The words of the elements: Chinese loads where it is wanted, and no other language shows before it. */
import { expect, test } from '../support/lab-page.js';

const markup = '<lr-lab model="tiny"></lr-lab><lr-schedule-plot policy="cosine"></lr-schedule-plot>';
const chinese = /zh-cn/;

test('an English page loads no Chinese words, until it is switched', async ({ lab }) => {
  const loaded: string[] = [];
  lab.page.on('request', (request) => loaded.push(request.url()));
  await lab.embed(markup);
  await expect(lab.button('Start')).toBeVisible();
  expect(loaded.filter((url) => url.includes('zh-cn'))).toEqual([]);
  await lab.page.evaluate(() => (document.documentElement.lang = 'zh-CN'));
  await expect(lab.button('开始')).toBeVisible();
  await lab.page.evaluate(() => (document.documentElement.lang = 'en'));
  await expect(lab.button('Start')).toBeVisible();
  expect(loaded.filter((url) => url.includes('zh-cn'))).toHaveLength(1);
});

test('a Chinese page shows no English word before the Chinese ones', async ({ lab }) => {
  // The words come late, as over a slow network.
  await lab.page.route(chinese, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    await route.continue();
  });
  await lab.page.addInitScript(() => {
    const seen = new Set<string>();
    const textOf = (node: ParentNode): string =>
      [...node.querySelectorAll('*')]
        .map((element) => (element.shadowRoot ? textOf(element.shadowRoot) : ''))
        .concat(node instanceof ShadowRoot ? [...node.children].map((child) => child.textContent) : [])
        .join(' ');
    const look = (): void => {
      for (const word of /Start\b|Learning rate|Schedule\b/.exec(textOf(document)) ?? []) seen.add(word);
      requestAnimationFrame(look);
    };
    Object.assign(globalThis, { seen });
    look();
  });
  await lab.embed(`<div lang="zh-CN">${markup}</div>`);
  await expect(lab.button('开始')).toBeVisible();
  await expect(lab.page.getByRole('slider', { name: /光标/ }).last()).toBeVisible();
  expect(await lab.page.evaluate(() => [...(globalThis as unknown as { seen: Set<string> }).seen])).toEqual(
    [],
  );
});

test.describe('without the Chinese words', () => {
  test.use({ allowedMessages: [/Failed to load resource: net::ERR_FAILED/] });

  test('the elements speak English', async ({ lab }) => {
    await lab.page.route(chinese, (route) => route.abort());
    await lab.embed(`<div lang="zh-CN">${markup}</div>`);
    await expect(lab.button('Start')).toBeVisible();
  });
});
