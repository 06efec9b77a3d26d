/** A Lab without any element, driven through `window.lab`; `window.run` is its first run. */
import type { Page } from '@playwright/test';

type LabClass = Window['engine']['Lab'];
type Lab = InstanceType<LabClass>;

declare global {
  interface Window {
    lab: Lab;
    run: Lab['runs']['value'][number];
  }
}

/** Makes a small lab in the page, in place of the one that is there. */
export async function makeLab(
  page: Page,
  config: ConstructorParameters<LabClass>[0] = {},
  options: Pick<
    NonNullable<ConstructorParameters<LabClass>[1]>,
    'keep' | 'keepEvery' | 'checkpointEvery' | 'heartbeat' | 'retryDelays'
  > = {},
): Promise<void> {
  await page.evaluate(
    async ({ config, options }) => {
      await (window as Partial<Window>).lab?.dispose();
      const lab = new window.engine.Lab(
        { model: 'tiny', batchSize: 4, stepsPerEpoch: 20, epochs: 3, ...config },
        options,
      );
      Object.assign(window, { lab, run: lab.runs.value[0] });
    },
    { config, options },
  );
}

/** What a run has been through, as plain data without the ids of its interventions; of the run at this index. */
export function storyOf(page: Page, place = 0) {
  return page.evaluate((place) => {
    const { history, interventions, id, parent, state, held } = window.lab.runs.value[place];
    return {
      id,
      parent,
      state: state.value,
      held: held.value,
      step: Array.from(history.step),
      loss: Array.from(history.loss),
      lr: Array.from(history.lr[0] ?? []),
      evaluations: [...history.evaluations],
      interventions: interventions.value.map((intervention) => ({ ...intervention, id: undefined })),
    };
  }, place);
}

/** Trains all runs of the lab to their ends, also across a lost worker or device. */
export async function trainToTheEnd(page: Page): Promise<void> {
  await page.evaluate(() => window.lab.start());
  await page.waitForFunction(() => window.lab.state.value === 'finished');
}
