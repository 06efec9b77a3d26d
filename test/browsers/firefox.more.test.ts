/** More visits in Firefox; what Firefox alone does: it is late to say that the device is done, and can lose it. */
import { describe, expect, it } from 'vitest';

import type { LrLab } from '../../components/index.js';
import { openFirefox } from './firefox.js';
import { describeMoreVisits } from './more-visits.js';
import type { Variant } from './site.js';
import { staged } from './stage.js';

describeMoreVisits('Firefox', openFirefox, { backends: ['webgpu', 'webgl', 'cpu'] });

/** Asks the worker to lose its device, and waits for its answer. Runs in the page. */
function loseDevice(): Promise<void> {
  const channel = new BroadcastChannel('lr-lab test');
  return new Promise((resolve) => {
    channel.onmessage = () => {
      channel.close();
      resolve();
    };
    channel.postMessage('lose');
  });
}

describe('Firefox', () => {
  const stage = staged(() => openFirefox());

  it.each(['webgpu', 'webgl'] as const)(
    'a lost %s device is replaced, and the losses are those of a run that was left alone',
    async (backend) => {
      const { visit, driver } = stage;
      const lossesOf = async (isLost: boolean) => {
        await visit.load('faulty');
        await visit.pick({ backend, epochs: 4 });
        // Slowly, so that it is lost before the run ends.
        await driver.evaluate(() => document.querySelector<LrLab>('lr-lab')!.lab!.limitSpeed(8));
        await visit.train();
        await visit.untilStep(5);
        if (isLost) await driver.evaluate(loseDevice);
        await visit.untilState('finished');
        const recoveries = await driver.evaluate(
          () => document.querySelector<LrLab>('lr-lab')!.lab!.recoveries.value,
        );
        expect(recoveries > 0).toBe(isLost);
        return (await visit.runs())[0].loss;
      };
      const untouched = await lossesOf(false);
      expect(untouched).toHaveLength(40);
      expect(await lossesOf(true)).toEqual(untouched);
    },
  );

  it('steps per second with and without empty submits while a read is pending; the losses are the same', async () => {
    const { visit, driver } = stage;
    const train = async (variant: Variant) => {
      await visit.load(variant);
      await visit.pick({ batchSize: 16, stepsPerEpoch: 100, epochs: 1000, seed: 5 });
      await driver.evaluate(() => document.querySelector<LrLab>('lr-lab')!.lab!.limitSpeed());
      await visit.train();
      // Pipelines are compiled meanwhile.
      await visit.untilStep(150);
      return driver.evaluate(async () => {
        const { lab } = document.querySelector<LrLab>('lr-lab')!;
        const [run] = lab!.runs.value;
        const [from, begin] = [run.step.value, performance.now()];
        await new Promise((resolve) => setTimeout(resolve, 5000));
        const speed = ((run.step.value - from) * 1000) / (performance.now() - begin);
        await lab!.pause();
        return { speed, loss: Array.from(run.history.loss.slice(0, 150)) };
      });
    };
    const speeds: Record<string, string[]> = { plain: [], 'without-nudge': [] };
    const losses = [];
    for (const variant of ['without-nudge', 'plain', 'without-nudge', 'plain'] as const) {
      const { speed, loss } = await train(variant);
      speeds[variant].push(speed.toFixed(0));
      losses.push(loss);
    }
    console.log(
      `${driver.name}, tiny, batch 16, steps/s: with empty submits ${speeds.plain.join(', ')}; without ${speeds['without-nudge'].join(', ')}`,
    );
    for (const loss of losses) expect(loss).toEqual(losses[0]);
  });
});
