/** A run to which something happens while it trains, and the same run left alone. */
import { expect, type Page } from '@playwright/test';

import { makeLab, storyOf, trainToTheEnd } from './lab-in-page.js';
import { isSoak, pick } from './seeded-pick.js';

type Story = Awaited<ReturnType<typeof storyOf>>;

export const config = {
  batchSize: 8,
  stepsPerEpoch: 60,
  epochs: 5,
  seed: 11,
  optimizer: { type: 'Adam', lr: 0.003 },
  policy: [
    { scheduler: { type: 'CosineAnnealingLR', tMax: 300 }, interval: 'step' },
    {
      scheduler: { type: 'ReduceLROnPlateau', patience: 0, factor: 0.7 },
      interval: 'step',
      frequency: 7,
      monitor: 'trainLoss',
    },
  ],
} as const;

/** The heartbeat of a test: an ended worker says nothing by itself. */
const heartbeat = { every: 250, misses: 12 };

/** Something planned, so that what was planned must not be lost either. */
export async function makeRuns(page: Page, options: Parameters<typeof makeLab>[2] = {}): Promise<void> {
  await makeLab(page, config, { checkpointEvery: 50, heartbeat, ...options });
  await page.evaluate(() =>
    window.lab.swap(window.run, { type: 'ExponentialLR', gamma: 0.5 }, { at: 'epoch' }),
  );
  await page.evaluate(async () => {
    await window.lab.step(3);
    await window.lab.chain(window.run, { type: 'StepLR', stepSize: 2 }, { at: 170 });
  });
}

/** Starts training and returns once the run has made that many steps. */
export async function startUntil(page: Page, step: number): Promise<void> {
  await page.evaluate(async (step) => {
    const { lab, run } = window;
    // Slow enough for something to happen to it.
    await lab.limitSpeed(200);
    await lab.start();
    await new Promise<void>((resolve) => {
      const stop = run.step.subscribe((made) => {
        if (made < step) return;
        queueMicrotask(() => stop());
        resolve();
      });
    });
  }, step);
}

export /** Waits for the end of the run, which must have come to it as if nothing had happened. */
async function expectWhole(page: Page, untouched: Story): Promise<void> {
  // A lost worker does not answer; the next one knows the limit.
  await page.evaluate(() => void window.lab.limitSpeed().catch(() => undefined));
  await page.waitForFunction(() => window.lab.state.value === 'finished');
  const story = await storyOf(page);
  expect(story.step).toEqual(Array.from({ length: 300 }, (_, step) => step));
  expect(story.loss).toEqual(untouched.loss);
  expect(story.lr).toEqual(untouched.lr);
  expect(story.evaluations).toEqual(untouched.evaluations);
  expect(story.interventions).toEqual(untouched.interventions);
}

let untouched: Promise<Story> | undefined;

/** The story of the same run, left alone: trained once in each process. The lab in the page is disposed of afterwards. */
export function untouchedStory(page: Page): Promise<Story> {
  const train = async () => {
    await makeRuns(page);
    await trainToTheEnd(page);
    const story = await storyOf(page);
    await page.evaluate(() => window.lab.dispose());
    return story;
  };
  return (untouched ??= train());
}

/** The rounds of each loss, and the steps at which it strikes. */
export const rounds = isSoak ? 10 : 1;
export const steps = Array.from({ length: rounds }, (_, round) => 5 + pick(round, 225));
