/** The markup of the documents, pasted into another page: it loads the package from its address at a CDN. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LrLab, LrSchedulePlot } from '../../../components/index.js';
import { snippetsOf } from '../../../scripts/docs/snippets.js';
import { expect, test } from '../support/console-watch.js';

const root = join(import.meta.dirname, '../../..');
const cdn = 'https://cdn.jsdelivr.net';

/** Pages to paste, each with the policy for files of another origin that the recipes name. */
const pasted = snippetsOf(['README.md', 'docs/recipes.md']).filter(({ code }) =>
  code.includes(`src="${cdn}`),
);
const policy = /`(script-src https:[^`]+)`/.exec(readFileSync(join(root, 'docs/recipes.md'), 'utf8'))?.[1];

for (const { at, code } of pasted) {
  test(`the snippet at ${at} works as pasted, under the policy of the recipes`, async ({ page, context }) => {
    await context.route('**/pasted.html', (route) =>
      route.fulfill({
        contentType: 'text/html',
        headers: { 'content-security-policy': `default-src 'none'; img-src data:; ${policy}` },
        body: `<!doctype html><title>Pasted</title><link rel="icon" href="data:," />${code}`,
      }),
    );
    await context.route(/jsdelivr\.net\/npm\/lr-lab[^/]*\/cdn\//, (route) =>
      route.fulfill({
        path: join(root, 'dist/test/cdn', new URL(route.request().url()).pathname.split('/cdn/')[1]),
        contentType: 'text/javascript',
        headers: { 'access-control-allow-origin': '*' },
      }),
    );
    await page.goto('pasted.html');
    const lab = page.locator('lr-lab');
    if ((await lab.count()) > 0) {
      await page.waitForFunction(() => customElements.get('lr-lab'));
      const steps = await lab.evaluate(async ({ lab }: LrLab) => {
        if (lab!.config.value.model !== 'tiny') await lab!.reset({ model: 'tiny', batchSize: 4 });
        await lab!.step(2);
        return lab!.runs.value[0].history.length;
      });
      expect(steps).toBe(2);
    } else {
      const plot = page.locator('lr-schedule-plot');
      await expect(plot.locator('canvas').first()).toBeVisible();
      expect(await plot.evaluate(({ problem }: LrSchedulePlot) => problem)).toBeUndefined();
    }
  });
}
