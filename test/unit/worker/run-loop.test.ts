import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it } from 'vitest';

import type { Start } from '../../../src/worker/protocol.js';
import type { At, Change, Intervention, TrainerConfig } from '../../../src/training/index.js';
import { nextInterventionId } from '../../../src/timeline/index.js';
import { tfjsEngine } from '../../../src/worker/engine.js';
import type { Policy } from '../../../src/policy/index.js';
import { RunLoop } from '../../../src/worker/run-loop.js';
import { FairTurns } from '../../../src/worker/fair-turns.js';
import { Recording } from './recording.js';
import { smallRun } from '../training/small-runs.js';

const beginning: Start = { log: [], planned: [], replayTo: 0 };
const half: Policy = [
  { scheduler: { type: 'StepLR', stepSize: 4, gamma: 0.5 }, interval: 'step', frequency: 1 },
];
const swap: Change = { kind: 'swap', policy: half, handoff: 'continue' };
const setLr = { kind: 'setLr', lr: 0.03 } satisfies Change;

const loops: RunLoop[] = [];

async function prepared(start: Partial<Start> = {}, config: TrainerConfig = {}, turns = new FairTurns()) {
  const heard = new Recording();
  const given = smallRun({ epochs: 1000, ...config });
  const whole = { ...beginning, ...start };
  try {
    const report = heard.report.bind(heard);
    const loop = await RunLoop.create(given, whole, report, { turns, engine: tfjsEngine });
    loops.push(loop);
    return { loop, heard };
  } finally {
    if (given.model instanceof tf.LayersModel) given.model.dispose();
  }
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'accepted',
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  );

/** A change at a step, as the page sends it. */
const at = (step: number, change: Change): Intervention => ({ ...change, step, id: nextInterventionId() });

/** Requests a change under an id of its own. */
const intervene = (loop: RunLoop, change: Change, when: At): Promise<Intervention> =>
  loop.intervene(nextInterventionId(), change, when);

afterEach(async () => {
  await Promise.all(loops.splice(0).map((loop) => loop.dispose()));
  expect(tf.memory().numTensors).toBe(0);
});

describe('a run in the worker', () => {
  it('reports every step once, with a checkpoint after every so many steps and where it stops', async () => {
    const { loop, heard } = await prepared({ checkpointEvery: 8 });
    await loop.train(20);
    expect(heard.step).toEqual(Array.from({ length: 20 }, (_, step) => step));
    expect(heard.evaluations.map(({ step }) => step)).toEqual([10, 20]);
    // A report is sent once a frame and holds the latest checkpoint.
    expect(heard.checkpoints.at(-1)?.step).toBe(20);
    for (const { step } of heard.checkpoints) expect([8, 16, 20]).toContain(step);
  });

  it('continues from any of its checkpoints as if it had never stopped, and reports only new steps', async () => {
    const log: Intervention[] = [at(7, swap), at(11, setLr), at(16, { kind: 'chain', policy: half })];
    const whole = await prepared({ planned: log, checkpointEvery: 0 });
    await whole.loop.train(12);
    const checkpoint = await whole.loop.checkpoint();
    await whole.loop.train(40);
    expect(whole.heard.interventions).toEqual(log);

    for (const start of [
      { checkpoint, replayTo: 12, log: log.slice(0, 2), planned: log.slice(2) },
      { checkpoint, replayTo: 25, log, planned: [] },
      { checkpoint: undefined, replayTo: 25, log, planned: [] },
      { checkpoint, replayTo: 16, log: log.slice(0, 2), planned: log.slice(2) },
    ]) {
      const { loop, heard } = await prepared(start);
      await loop.train(40);
      const from = start.replayTo;
      expect(heard.step[0]).toBe(from);
      expect(heard.loss).toEqual(whole.heard.loss.slice(from));
      expect(heard.lr).toEqual(whole.heard.lr.slice(from));
      expect(heard.evaluations).toEqual(whole.heard.evaluations.filter(({ step }) => step > from));
      expect(heard.interventions).toEqual(start.planned);
    }
  });

  it('excludes an intervention at a step from the checkpoint of that step', async () => {
    const { loop, heard } = await prepared();
    await loop.train(6);
    const before = await loop.checkpoint();
    await intervene(loop, setLr, 'now');
    expect(await loop.checkpoint()).toEqual(before);
    await loop.train(12);

    const again = await prepared({ checkpoint: before, replayTo: 6, planned: [at(6, setLr)] });
    expect(again.loop.run.rates.lr).toEqual([setLr.lr]);
    await again.loop.train(12);
    expect(again.heard.loss).toEqual(heard.loss.slice(6));
  });

  it('reports every row before a checkpoint before it returns the checkpoint', async () => {
    const { loop, heard } = await prepared();
    const going = loop.train(3000);
    await heard.until(5);
    const { step } = await loop.checkpoint();
    // A later report may never arrive: the run may be removed now.
    expect(heard.loss.length).toBeGreaterThanOrEqual(step);
    loop.pause();
    await going;
  });

  it('trains in turns with another, each as if it were alone', async () => {
    const alone = await prepared({}, { policy: half });
    await alone.loop.train(1300);
    const turns = new FairTurns();
    const [first, second, other] = [
      await prepared({}, { policy: half }, turns),
      await prepared({}, { policy: half }, turns),
      await prepared({}, { seed: 5 }, turns),
    ];
    const runs = [first, second, other].map(({ loop }) => loop.train(1300));
    await first.heard.until(30);
    const made = [first, second, other].map(({ loop }) => loop.run.steps);
    expect(Math.max(...made) - Math.min(...made)).toBeLessThanOrEqual(8);
    await Promise.all(runs);
    expect(first.heard.loss).toEqual(alone.heard.loss);
    expect(second.heard.loss).toEqual(alone.heard.loss);
    expect(other.heard.loss).not.toEqual(alone.heard.loss);
  });

  it('pauses alone while the others continue', async () => {
    const turns = new FairTurns();
    const [first, second] = [await prepared({}, {}, turns), await prepared({}, {}, turns)];
    const paused = first.loop.train(10_000);
    const going = second.loop.train(2000);
    await first.heard.until(5);
    first.loop.pause();
    await paused;
    const { steps } = first.loop.run;
    await going;
    expect(second.heard.loss).toHaveLength(2000);
    expect(first.loop.run.steps).toBe(steps);
    expect(first.heard.loss).toHaveLength(steps);
    expect(steps).toBeLessThan(2000);
  });

  it('refuses a second change for a step, without effect', async () => {
    const { loop, heard } = await prepared();
    await intervene(loop, swap, 10);
    const { planned } = heard;
    expect(await codeOf(intervene(loop, swap, 10))).toBe('step-taken');
    expect(await codeOf(intervene(loop, setLr, 10))).toBe('step-taken');
    expect(heard.planned).toEqual(planned);

    await intervene(loop, swap, 'now');
    expect(await codeOf(intervene(loop, swap, 'now'))).toBe('step-taken');
    await loop.train(1);
    expect(heard.interventions).toMatchObject([{ ...swap, step: 0 }]);
  });

  it('makes a change once that is sent twice under one id, acted or planned', async () => {
    const { loop, heard } = await prepared();
    const now = await loop.intervene('now', setLr, 'now');
    expect(await loop.intervene('now', setLr, 'now')).toEqual(now);
    const later = await loop.intervene('later', swap, 10);
    expect(await loop.intervene('later', swap, 10)).toEqual(later);
    await loop.train(12);
    expect(await loop.intervene('later', swap, 10)).toEqual(later);
    expect(heard.interventions).toEqual([now, later]);
  });

  it('moves and removes a planned change, and refuses a step that is not ahead', async () => {
    const { loop, heard } = await prepared();
    const { id } = await intervene(loop, swap, 10);
    const other = await intervene(loop, setLr, 12);
    await loop.train(3);
    expect(await codeOf(loop.replan(id, 2))).toBe('step-out-of-range');
    expect(await codeOf(loop.replan(id, 10_000))).toBe('step-out-of-range');
    expect(await codeOf(loop.replan(id, 12))).toBe('step-taken');
    expect(await codeOf(loop.replan('unknown', 5))).toBe('already-acted');
    expect(heard.planned.map(({ step }) => step)).toEqual([10, 12]);
    await loop.replan(id, 5);
    await loop.replan(other.id, undefined);
    await loop.train(20);
    expect(heard.interventions).toEqual([{ ...swap, id, step: 5 }]);
    expect(await codeOf(loop.replan(id, 25))).toBe('already-acted');
  });

  it('keeps several changes that a link plans for one step, and moves and removes others', async () => {
    const twice = [at(10, setLr), at(10, { kind: 'chain', policy: half })];
    const third = at(14, setLr);
    const { loop, heard } = await prepared({ planned: [...twice, third] });
    expect(await codeOf(loop.replan(third.id, 10))).toBe('step-taken');
    await loop.replan(third.id, 12);
    expect(await codeOf(loop.replan(twice[0].id, 12))).toBe('step-taken');
    await loop.replan(third.id, undefined);
    await loop.train(20);
    expect(heard.interventions).toEqual(twice);
  });

  it('settles every request when it pauses, ends or is disposed of', async () => {
    const { loop, heard } = await prepared();
    const going = loop.train(3000);
    await heard.until(5);
    const { id } = await intervene(loop, swap, 2990);
    loop.pause();
    const asked = [
      loop.replan(id, 2991),
      intervene(loop, setLr, 'epoch'),
      loop.checkpoint(),
      loop.weights(),
      loop.preview(setLr, 2000),
    ];
    await going;
    await Promise.all(asked);
    expect(await codeOf(loop.replan(id, undefined))).toBe('accepted');
    const last = [loop.weights(), loop.checkpoint()];
    await loop.dispose();
    for (const work of last) expect(await codeOf(work)).toBe('accepted');
    for (const work of [loop.weights(), loop.artifacts(), loop.report(), loop.train(5), loop.checkpoint()])
      expect(await codeOf(work)).toBe('aborted');
  });

  it('accepts changes while it trains, each at its step', async () => {
    const { loop, heard } = await prepared();
    const going = loop.train(2000);
    await heard.until(5);
    const made = await intervene(loop, setLr, 'now');
    const later = await intervene(loop, swap, 1990);
    await going;
    expect(heard.interventions).toEqual([made, later]);
    expect(heard.lr.indexOf(setLr.lr)).toBe(made.step);
    expect(later.step).toBe(1990);
  });

  it('previews a change with the planned ones while it trains, and then uses those rates', async () => {
    const { loop, heard } = await prepared();
    const going = loop.train(2000);
    await heard.until(5);
    await intervene(loop, setLr, 1980);
    const next = await loop.preview(swap, 'epoch');
    expect(next.from % loop.run.plan.stepsPerEpoch).toBe(0);
    const previewed = await loop.preview(swap, 1990);
    expect(previewed.from).toBe(1990);
    expect(await codeOf(loop.preview(swap, 1980))).toBe('step-taken');
    expect(await codeOf(loop.preview({ kind: 'unchain', index: 7 }, 1990))).toBe('no-such-entry');
    expect(heard.planned).toHaveLength(1);
    await intervene(loop, swap, 1990);
    const planned = heard.preview!;
    await going;
    for (const { from, lr } of [previewed, planned])
      expect([...lr[0].subarray(0, 2000 - from)]).toEqual(heard.lr.slice(from));
  });

  it('previews a plateau from the rate that it has reached', async () => {
    // Nothing counts as better than the first score.
    const scheduler = { type: 'ReduceLROnPlateau', factor: 0.5, patience: 1, threshold: 1 } as const;
    const policy: Policy = [{ scheduler, interval: 'epoch', frequency: 1, monitor: 'valLoss' }];
    const { loop, heard } = await prepared({}, { policy, epochs: 6 });
    await loop.train(35);
    const { from, lr, isGuess } = heard.preview!;
    expect(heard.lr[19]).toBe(0.1);
    expect({ from, lr: [...lr[0]], isGuess }).toEqual({
      from: 20,
      lr: Array<number>(40).fill(0.05),
      isGuess: true,
    });
  });

  it('trains as previewed if a planned change cannot act', async () => {
    const { loop, heard } = await prepared({
      planned: [at(6, swap), at(8, { kind: 'unchain', index: 1 }), at(13, { kind: 'unchain', index: 0 })],
    });
    // It reports everything that has happened.
    await loop.checkpoint();
    const { from, lr } = heard.preview!;
    await loop.train(20);
    expect(heard.problems).toMatchObject([{ code: 'no-such-entry' }]);
    expect([...lr[0].subarray(from, 20)]).toEqual(heard.lr);
  });

  it('is held at the step whose loss diverged, and trains no further', async () => {
    const config = { optimizer: { type: 'SGD', lr: 1e4 } } as const;
    const { loop, heard } = await prepared({ checkpointEvery: 5 }, config);
    const report = codeOf(loop.report().then(() => loop.report()));
    await loop.train(200);
    const { step } = loop.held!;
    expect(step).toBeLessThan(20);
    expect(heard.held).toEqual({ step, reason: 'diverged' });
    expect(heard.step.at(-1)).toBe(step);
    for (const work of [
      loop.train(200),
      intervene(loop, setLr, 'now'),
      loop.replan('any', 5),
      loop.checkpoint(),
    ])
      expect(await codeOf(work)).toBe('held');
    expect(['accepted', 'held']).toContain(await report);
    for (const checkpoint of heard.checkpoints) expect(checkpoint.step).toBeLessThanOrEqual(step);

    const again = await prepared({}, config);
    await again.loop.train(200);
    expect(again.heard.held).toEqual(heard.held);
    expect(again.heard.loss).toEqual(heard.loss);
  });

  it('replays past the step at which a schedule ended, and reports that only at the end of its past', async () => {
    const policy = {
      scheduler: { type: 'OneCycleLR', maxLr: 0.2, totalSteps: 6 },
      interval: 'step',
    } as const;
    const { loop, heard } = await prepared({}, { policy: policy });
    expect(await codeOf(loop.train(20))).toBe('policy-refused');
    const { steps } = loop.run;
    await intervene(loop, swap, 'now');
    await loop.train(20);
    const start = { log: heard.interventions, replayTo: steps + 5 };
    const later = await prepared(start, { policy: policy });
    await later.loop.train(20);
    expect(later.heard.problems).toEqual([]);
    expect(later.heard.loss).toEqual(heard.loss.slice(steps + 5));
    const there = await prepared({ replayTo: steps }, { policy: policy });
    await there.loop.train(steps + 1).catch(() => undefined);
    expect(there.heard.problems[0]?.code).toBe('policy-refused');
  });

  it('replays from its link past a schedule that ended and was swapped', async () => {
    const policy: Policy = [
      { scheduler: { type: 'OneCycleLR', maxLr: 0.2, totalSteps: 8 }, interval: 'step', frequency: 1 },
    ];
    const { loop, heard } = await prepared({}, { policy });
    expect(await codeOf(loop.train(40))).toBe('policy-refused');
    const { steps } = loop.run;
    await intervene(loop, swap, 'now');
    await loop.train(40);

    const link = await prepared({ planned: heard.interventions }, { policy });
    await link.loop.train(40);
    expect(link.heard.loss).toEqual(heard.loss);
    expect(link.heard.lr).toEqual(heard.lr);
    expect(link.heard.evaluations).toEqual(heard.evaluations);
    expect(link.heard.interventions).toEqual(heard.interventions);
    expect(link.heard.problems).toEqual([]);

    // A fork at that step is corrected as well.
    const fork = await prepared({ replayTo: steps, planned: heard.interventions }, { policy });
    expect(fork.heard.problems).toEqual([]);
  });

  it('stops where a schedule ended and the change planned there cannot act', async () => {
    const policy: Policy = [
      { scheduler: { type: 'OneCycleLR', maxLr: 0.2, totalSteps: 6 }, interval: 'step', frequency: 1 },
    ];
    const { loop, heard } = await prepared({ planned: [at(7, { kind: 'unchain', index: 3 })] }, { policy });
    expect(await codeOf(loop.train(40))).toBe('policy-refused');
    expect(heard.loss).toHaveLength(7);
    expect(heard.problems.map(({ code }) => code)).toEqual(['no-such-entry']);
  });

  it('reports on the next update, and refuses if there is none', async () => {
    const { loop } = await prepared({}, { epochs: 2 });
    const first = loop.report();
    await loop.train(19);
    expect(await first).toMatchObject({ step: 0 });
    const last = loop.report();
    await loop.train(20);
    expect(await last).toMatchObject({ step: 19 });
    expect(await codeOf(loop.report())).toBe('run-finished');

    const { loop: going, heard } = await prepared({}, { epochs: 2 });
    const ending = going.train(20);
    // One request follows another, and so one of them comes during the last update.
    const asked: Promise<string>[] = [];
    heard.onReport = () => void asked.push(codeOf(going.report()));
    while (going.run.steps < 20) {
      asked.push(codeOf(going.report()));
      await new Promise((resolve) => setTimeout(resolve));
    }
    asked.push(codeOf(going.report()));
    await ending;
    const codes = await Promise.all(asked);
    expect(codes.at(-1)).toBe('run-finished');
    for (const code of codes) expect(['accepted', 'run-finished']).toContain(code);
  });

  it('refuses an impossible past', async () => {
    const { loop } = await prepared();
    await loop.train(5);
    const checkpoint = await loop.checkpoint();
    for (const start of [
      { replayTo: 4, checkpoint },
      { replayTo: 10_001 },
      { replayTo: -1 },
      { replayTo: 0.5 },
    ])
      expect(await codeOf(prepared(start))).toBe('config-value');
    const other = { optimizer: { type: 'Adam', lr: 0.1 } } as const;
    expect(await codeOf(prepared({ replayTo: 5, checkpoint }, other))).toBe('checkpoint');
  });
});
