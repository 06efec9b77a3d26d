/** The pages in `examples/`, as the site serves them: each shows what it is about, trains, and is accessible. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LrLab, LrSchedulePlot } from '../../../components/index.js';
import { expectNoViolations } from '../support/axe.js';
import { expect, test } from '../support/console-watch.js';

const folder = join(import.meta.dirname, '../../../examples');
const names = readdirSync(folder).filter((name) => name.endsWith('.html'));

test.describe.configure({ mode: 'parallel' });

for (const name of names) {
  test(`the example ${name} shows its elements, trains its labs and is accessible`, async ({ page }) => {
    await page.goto(`examples/${name}`);
    const plots = page.locator('lr-schedule-plot');
    for (const plot of await plots.all()) {
      await plot.scrollIntoViewIfNeeded();
      await expect(plot.locator('canvas').first()).toBeVisible();
      expect(await plot.evaluate((element: LrSchedulePlot) => element.problem)).toBeUndefined();
    }
    const labs = page.locator('lr-lab');
    for (const lab of await labs.all()) {
      await lab.scrollIntoViewIfNeeded();
      const rates = await lab.evaluate(async ({ lab, autostart }: LrLab) => {
        if (autostart === false) await lab!.step(3);
        else await lab!.until(3);
        return Array.from(lab!.runs.value[0].history.lr[0].slice(0, 3));
      });
      expect(rates).toHaveLength(3);
      await expect(lab.locator('canvas').first()).toBeVisible();
    }
    expect((await plots.count()) + (await labs.count())).toBeGreaterThan(0);
    await expectNoViolations(page, name);
  });
}
