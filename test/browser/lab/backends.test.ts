/** The same run on every backend of a browser. */
import type { LrLab } from '../../../components/index.js';
import { expect, test } from '../support/lab-page.js';
import { isSoak } from '../support/seeded-pick.js';

const backends = ['webgpu', 'webgl', 'cpu'] as const;
const steps = isSoak ? 300 : 10;

test('the losses of a run are the same on every backend, to four decimal places', async ({ lab }) => {
  await lab.embed('<p></p>');
  const losses: number[][] = [];
  for (const backend of backends) {
    const trained = await lab.page.evaluate(
      async ({ backend, steps }) => {
        document.body.innerHTML = `<lr-lab model="tiny" batch-size="8" steps-per-epoch="100" epochs="3" backend="${backend}"></lr-lab>`;
        const element = document.querySelector<LrLab>('lr-lab')!;
        await element.updateComplete;
        await element.lab!.step(steps);
        return {
          name: element.lab!.backend.value?.name,
          losses: [...element.lab!.runs.value[0].history.loss],
        };
      },
      { backend, steps },
    );
    expect(trained.name).toBe(backend);
    expect(trained.losses).toHaveLength(steps);
    losses.push(trained.losses);
  }
  const [first, ...others] = losses;
  const differences = others.map((other) =>
    Math.max(...other.map((loss, step) => Math.abs(loss - first[step]))),
  );
  console.log(`${steps} steps: losses differ from ${backends[0]}'s by at most`, differences);
  for (const difference of differences) expect(difference).toBeLessThan(1e-4);
});
