/**
 * Whole runs on WebGPU against runs of PyTorch itself: same weights, same batches, same schedule, hence the same losses
 * and rates, whether updates are replayed or left to tf.js.
 */
import { differences, goldenRun, goldenRunNames } from '../../golden-runs.js';
import { expect, test } from '../support/engine-page.js';

for (const name of goldenRunNames) {
  for (const capture of [true, false]) {
    test(`${name} is PyTorch's, ${capture ? 'replayed' : 'step by step'}`, async ({ enginePage }) => {
      const { run, recorded } = goldenRun(name);
      const { captured, used, ...result } = await enginePage.evaluate(
        async ({ run: { config, data, steps, swap }, capture }) => {
          const { height, width, channels } = data;
          const all = { images: Uint8Array.from(data.images), labels: Uint8Array.from(data.labels) };
          const dataset = { ...all, height, width, channels, classes: 10, validation: all };
          const trainer = await window.engine.Trainer.create({ ...config, dataset, capture });
          const rows = swap ? await trainer.step(swap.step) : [];
          if (swap) trainer.swap(swap.policy, { handoff: 'continue' });
          rows.push(...(await trainer.step(steps - rows.length - 1)));
          const report = trainer.report();
          rows.push(...(await trainer.step(1)));
          const { lr, momentum } = await report;
          const score = await trainer.evaluate();
          const weights = Object.fromEntries(
            Object.entries(await trainer.weights()).map(([name, { shape, values }]) => [
              name,
              { shape, values: Array.from(values) },
            ]),
          );
          const { captured } = trainer.execution;
          await trainer.dispose();
          return { rows, score, weights, captured, used: { lr, momentum } };
        },
        { run, capture },
      );
      expect(captured).toBe(capture);
      expect(differences(result, recorded)).toEqual([]);
      // What the device read in the last update.
      expect(used.lr).toEqual(recorded.lr.at(-1)!.map(Math.fround));
      expect(used.momentum).toEqual(recorded.momentum.at(-1)!.map((value) => Math.fround(value ?? 0)));
    });
  }
}
