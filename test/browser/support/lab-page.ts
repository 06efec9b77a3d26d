/** Pages with the elements. */
import type { Locator, Page } from '@playwright/test';

import type { LrLab } from '../../../components/index.js';
import { expect, test as base } from './console-watch.js';

/** The page is asked again and again: a browser may collect a promise of a page that only a test waits for. */
const patient = { timeout: 150_000, intervals: [50] };

/** A page with the elements, as an embedding author would use them. */
export class LabPage {
  readonly page: Page;
  readonly element: Locator;

  constructor(page: Page) {
    this.page = page;
    this.element = page.locator('lr-lab');
  }

  /** Opens the demo page as a reader does. */
  async openDemo(): Promise<void> {
    await this.page.goto('');
  }

  /** Opens a page that embeds this markup. */
  async embed(markup: string): Promise<void> {
    await this.page.goto('test/browser/support/pages/embed.html');
    await this.page.waitForFunction(() => customElements.get('lr-lab'));
    await this.page.evaluate((html) => (document.body.innerHTML = html), markup);
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: typeof name === 'string' });
  }

  /** Opens the menu of the page. */
  async openMenu(): Promise<void> {
    await this.button(/^(More: |更多：)/).click();
  }

  /** Presses a button in the menu of the page. */
  async press(name: string): Promise<void> {
    if (!(await this.button(name).isVisible())) await this.openMenu();
    await this.button(name).click();
  }

  /** Makes steps of every run. */
  step(count: number): Promise<void> {
    return this.element.evaluate(({ lab }: LrLab, count) => lab!.step(count), count);
  }

  /** Waits until the run has made this many updates. */
  async untilStep(step: number): Promise<void> {
    const made = () => this.element.evaluate(({ lab }: LrLab) => lab!.runs.value[0].step.value);
    await expect.poll(made, patient).toBeGreaterThanOrEqual(step);
  }

  /** Waits until the Lab is in this state, and stays in it. */
  async untilState(state: string): Promise<void> {
    await expect.poll(() => this.element.evaluate(({ lab }: LrLab) => lab!.state.value), patient).toBe(state);
  }

  /** The run as it stands. */
  run() {
    return this.element.evaluate((element: LrLab) => {
      const lab = element.lab!;
      const [run] = lab.runs.value;
      return {
        state: lab.state.value,
        backend: lab.backend.value,
        modelName: lab.modelName.value,
        plan: run.plan.value,
        loss: Array.from(run.history.loss),
        lr: Array.from(run.history.lr[0] ?? []),
        evaluations: run.history.evaluations,
        interventions: run.interventions.value,
        entries: run.entries.value,
      };
    });
  }
}

/** `lab` opens pages. */
export const test = base.extend<{ lab: LabPage }>({
  lab: ({ page }, use) => use(new LabPage(page)),
});

export { expect };
