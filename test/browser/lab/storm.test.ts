/**
 * A storm on a real worker: commands that nothing waits for, with workers ended in between. Every command settles, and no
 * history has a gap. `test/unit/lab/storm.test.ts` has the same over scripted losses, in far greater numbers.
 */
import { expect, test } from '../support/engine-page.js';
import { isSoak, pick, seed } from '../support/seeded-pick.js';

const commands = isSoak ? 2_000 : 120;

test(`a storm of ${commands} commands on a real worker leaves no promise unsettled and no gap (seed ${seed})`, async ({
  ownEnginePage: page,
}) => {
  test.setTimeout(isSoak ? 1_800_000 : 180_000);
  const choices = Array.from({ length: commands }, (_, round) => [
    pick(3 * round, 22),
    pick(3 * round + 1, 1000),
    pick(3 * round + 2, 12),
  ]);
  const result = await page.evaluate(async (choices) => {
    const { Lab, codeOf } = window.engine;
    const workers: Worker[] = [];
    window.Worker = class extends Worker {
      constructor(...given: ConstructorParameters<typeof Worker>) {
        super(...given);
        workers.push(this);
      }
    };
    const rejections: string[] = [];
    window.addEventListener('unhandledrejection', ({ reason }) => rejections.push(String(reason)));
    const lab = new Lab(
      { model: 'tiny', batchSize: 4, stepsPerEpoch: 50, epochs: 20, policy: [] },
      { retryDelays: [0, 50, 200], checkpointEvery: 20, heartbeat: { every: 250, misses: 8 } },
    );
    let unsettled = 0;
    const outcomes: Record<string, number> = {};
    const send = (command: () => Promise<unknown>) => {
      unsettled += 1;
      void command()
        .then(
          () => 'done',
          (error: unknown) => codeOf(error),
        )
        .then((outcome) => {
          outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
          unsettled -= 1;
        });
    };
    const policies = [
      [],
      { type: 'ExponentialLR', gamma: 0.9 },
      { type: 'CosineAnnealingLR', tMax: 40 },
      [{ scheduler: { type: 'ReduceLROnPlateau' }, interval: 'step', monitor: 'trainLoss' }],
    ] as const;
    for (const [kind, number, rest] of choices) {
      const runs = lab.runs.value;
      const run = runs[number % runs.length];
      const policy = policies[number % policies.length];
      const at = (['now', 'epoch', number] as const)[number % 3];
      const planned = run.planned.value[number % (run.planned.value.length || 1)]?.id ?? 'unknown';
      const all: (() => Promise<unknown>)[] = [
        () => lab.start(),
        () => lab.start(run),
        () => lab.start(),
        () => lab.pause(),
        () => lab.pause(run),
        () => lab.step(3, { run }),
        () => lab.swap(run, policy, { at }),
        () => lab.swap(run, policy, { at, counterfactual: true }),
        () => lab.chain(run, policy, { at }),
        () => lab.setLr(run, 0.05),
        () => lab.unchain(run, 0),
        () => lab.movePlanned(run, planned, number),
        () => lab.removePlanned(run, planned),
        () => lab.preview(run, { kind: 'setLr', lr: 0.2 }, { at }),
        () => lab.fork(run),
        () => lab.race(run, [{ lr: 0.01 }], { at: number % 2 ? 'now' : 0 }),
        () => lab.report(run),
        () => lab.weights(run),
        () => lab.artifacts(run),
        () => lab.remove(run),
        () => (number % 4 === 0 ? lab.reset() : lab.start()),
        () => Promise.resolve(number % 3 === 0 && workers.at(-1)?.terminate()),
      ];
      send(all[kind]);
      if (lab.runs.value.length > 4) send(() => lab.remove(lab.runs.value[0]));
      if (rest < 6) await new Promise((resolve) => setTimeout(resolve, rest * 4));
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    const gaps = lab.runs.value.filter(({ history }) =>
      history.step.some((step, row) => step !== row),
    ).length;
    await lab.dispose();
    for (let round = 0; round < 100 && unsettled > 0; round += 1)
      await new Promise((resolve) => setTimeout(resolve, 100));
    return { unsettled, gaps, rejections, outcomes, workers: workers.length };
  }, choices);
  console.log(`${JSON.stringify(result.outcomes)}, ${result.workers} workers`);
  expect(result).toMatchObject({ unsettled: 0, gaps: 0, rejections: [] });
  expect(result.outcomes).not.toHaveProperty('unexpected');
  expect(result.outcomes.done).toBeGreaterThan(commands / 5);
});
