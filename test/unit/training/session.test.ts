import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it } from 'vitest';

import type { Start } from '../../../src/worker/protocol.js';
import type { Change, Intervention, TrainerConfig } from '../../../src/training/index.js';
import type { Policy } from '../../../src/policy/index.js';
import { Session } from '../../../src/worker/run-loop.js';
import { Turns } from '../../../src/worker/fair-turns.js';
import { Recording } from './recording.js';
import { smallRun } from './small-runs.js';

const beginning: Start = { log: [], planned: [], replayTo: 0 };
const half: Policy = [
  { scheduler: { type: 'StepLR', stepSize: 4, gamma: 0.5 }, interval: 'step', frequency: 1 },
];
const swap: Change = { kind: 'swap', policy: half, handoff: 'continue' };
const setLr = { kind: 'setLr', lr: 0.03 } satisfies Change;

const sessions: Session[] = [];

async function prepared(start: Partial<Start> = {}, config: TrainerConfig = {}, turns = new Turns()) {
  const heard = new Recording();
  const given = smallRun({ epochs: 1000, ...config });
  const whole = { ...beginning, ...start };
  try {
    const report = heard.report.bind(heard);
    const session = await Session.create(given, whole, report, { turns });
    sessions.push(session);
    return { session, heard };
  } finally {
    if (given.model instanceof tf.LayersModel) given.model.dispose();
  }
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'accepted',
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  );

afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.dispose()));
  expect(tf.memory().numTensors).toBe(0);
});

describe('a run in the worker', () => {
  it('tells every step once, with a checkpoint every so many steps and where it stops', async () => {
    const { session, heard } = await prepared({ checkpointEvery: 8 });
    await session.run(20);
    expect(heard.step).toEqual(Array.from({ length: 20 }, (_, step) => step));
    expect(heard.evaluations.map(({ step }) => step)).toEqual([10, 20]);
    // Reports come once a frame and bring the latest.
    expect(heard.checkpoints.at(-1)?.step).toBe(20);
    for (const { step } of heard.checkpoints) expect([8, 16, 20]).toContain(step);
  });

  it('goes on from any of its checkpoints as if it had never stopped, telling only what is new', async () => {
    const log: Intervention[] = [
      { ...swap, step: 7 },
      { ...setLr, step: 11 },
      { kind: 'chain', policy: half, step: 16 },
    ];
    const whole = await prepared({ planned: log, checkpointEvery: 0 });
    await whole.session.run(12);
    const checkpoint = await whole.session.checkpoint();
    await whole.session.run(40);
    expect(whole.heard.interventions).toEqual(log);

    for (const start of [
      { checkpoint, replayTo: 12, log: log.slice(0, 2), planned: log.slice(2) },
      { checkpoint, replayTo: 25, log, planned: [] },
      { checkpoint: undefined, replayTo: 25, log, planned: [] },
      { checkpoint, replayTo: 16, log: log.slice(0, 2), planned: log.slice(2) },
    ]) {
      const { session, heard } = await prepared(start);
      await session.run(40);
      const from = start.replayTo;
      expect(heard.step[0]).toBe(from);
      expect(heard.loss).toEqual(whole.heard.loss.slice(from));
      expect(heard.lr).toEqual(whole.heard.lr.slice(from));
      expect(heard.evaluations).toEqual(whole.heard.evaluations.filter(({ step }) => step > from));
      expect(heard.interventions).toEqual(start.planned);
    }
  });

  it('keeps what acted at a step out of the checkpoint of that step', async () => {
    const { session, heard } = await prepared();
    await session.run(6);
    const before = await session.checkpoint();
    await session.intervene(setLr, 'now');
    expect(await session.checkpoint()).toEqual(before);
    await session.run(12);

    const again = await prepared({ checkpoint: before, replayTo: 6, planned: [{ ...setLr, step: 6 }] });
    expect(again.session.trainer.lr).toEqual([setLr.lr]);
    await again.session.run(12);
    expect(again.heard.loss).toEqual(heard.loss.slice(6));
  });

  it('has told every row before a checkpoint when it gives it', async () => {
    const { session, heard } = await prepared();
    const going = session.run(3000);
    await heard.until(5);
    const { step } = await session.checkpoint();
    // What is told later may never be: the run may be taken out now.
    expect(heard.loss.length).toBeGreaterThanOrEqual(step);
    session.pause();
    await going;
  });

  it('makes runs beside each other in step, each as if it were alone', async () => {
    const alone = await prepared({}, { policy: half });
    await alone.session.run(1300);
    const turns = new Turns();
    const [first, second, other] = [
      await prepared({}, { policy: half }, turns),
      await prepared({}, { policy: half }, turns),
      await prepared({}, { seed: 5 }, turns),
    ];
    const runs = [first, second, other].map(({ session }) => session.run(1300));
    await first.heard.until(30);
    const made = [first, second, other].map(({ session }) => session.trainer.steps);
    expect(Math.max(...made) - Math.min(...made)).toBeLessThanOrEqual(8);
    await Promise.all(runs);
    expect(first.heard.loss).toEqual(alone.heard.loss);
    expect(second.heard.loss).toEqual(alone.heard.loss);
    expect(other.heard.loss).not.toEqual(alone.heard.loss);
  });

  it('pauses alone, and the others go on', async () => {
    const turns = new Turns();
    const [first, second] = [await prepared({}, {}, turns), await prepared({}, {}, turns)];
    const paused = first.session.run(10_000);
    const going = second.session.run(2000);
    await first.heard.until(5);
    first.session.pause();
    await paused;
    const { steps } = first.session.trainer;
    await going;
    expect(second.heard.loss).toHaveLength(2000);
    expect(first.session.trainer.steps).toBe(steps);
    expect(first.heard.loss).toHaveLength(steps);
    expect(steps).toBeLessThan(2000);
  });

  it('refuses a second change for a step, and nothing changes', async () => {
    const { session, heard } = await prepared();
    await session.intervene(swap, 10);
    const planned = heard.planned;
    expect(await codeOf(session.intervene(swap, 10))).toBe('step-taken');
    expect(await codeOf(session.intervene(setLr, 10))).toBe('step-taken');
    expect(
      await codeOf(
        session.plan([
          { ...swap, step: 4 },
          { ...setLr, step: 4 },
        ]),
      ),
    ).toBe('step-taken');
    expect(heard.planned).toEqual(planned);

    await session.intervene(swap, 'now');
    expect(await codeOf(session.intervene(swap, 'now'))).toBe('step-taken');
    await session.run(1);
    expect(heard.interventions).toEqual([{ ...swap, step: 0 }]);
  });

  it('moves and takes back what is planned, and refuses what is not ahead', async () => {
    const { session, heard } = await prepared();
    await session.intervene(swap, 10);
    await session.run(3);
    expect(await codeOf(session.plan([{ ...swap, step: 2 }]))).toBe('step-out-of-range');
    expect(await codeOf(session.plan([{ ...swap, step: 10_000 }]))).toBe('step-out-of-range');
    expect(await codeOf(session.plan([{ ...setLr, lr: -1, step: 5 }]))).toBe('config-value');
    expect(heard.planned).toEqual([{ ...swap, step: 10 }]);
    await session.plan([
      { ...swap, step: 5 },
      { ...setLr, step: 8 },
    ]);
    await session.plan([{ ...swap, step: 5 }]);
    await session.run(20);
    expect(heard.interventions).toEqual([{ ...swap, step: 5 }]);
  });

  it('lets be what a link plans for one step, and what is planned beside it be moved and taken back', async () => {
    const twice: Intervention[] = [
      { ...setLr, step: 10 },
      { kind: 'chain', policy: half, step: 10 },
    ];
    const third: Intervention = { ...setLr, step: 14 };
    const { session, heard } = await prepared({ planned: [...twice, third] });
    expect(await codeOf(session.plan([...twice, { ...third, step: 10 }]))).toBe('step-taken');
    await session.plan([...twice, { ...third, step: 12 }]);
    expect(await codeOf(session.plan(twice.map((each) => ({ ...each, step: 12 }))))).toBe('step-taken');
    await session.plan(twice);
    await session.run(20);
    expect(heard.interventions).toEqual(twice);
  });

  it('takes changes while it goes, each at the step that it names', async () => {
    const { session, heard } = await prepared();
    const going = session.run(2000);
    await heard.until(5);
    const made = await session.intervene(setLr, 'now');
    const later = await session.intervene(swap, 1990);
    await going;
    expect(heard.interventions).toEqual([made, later]);
    expect(heard.lr.indexOf(setLr.lr)).toBe(made.step);
    expect(later.step).toBe(1990);
  });

  it('says while it goes what a change would do with what is planned, and does what it said', async () => {
    const { session, heard } = await prepared();
    const going = session.run(2000);
    await heard.until(5);
    await session.intervene(setLr, 1980);
    const next = await session.foresee(swap, 'epoch');
    expect(next.from % session.trainer.plan.stepsPerEpoch).toBe(0);
    const foreseen = await session.foresee(swap, 1990);
    expect(foreseen.from).toBe(1990);
    expect(await codeOf(session.foresee(swap, 1980))).toBe('step-taken');
    expect(await codeOf(session.foresee({ kind: 'unchain', index: 7 }, 1990))).toBe('no-such-entry');
    expect(heard.planned).toHaveLength(1);
    await session.intervene(swap, 1990);
    const told = heard.ghost!;
    await going;
    for (const { from, lr } of [foreseen, told])
      expect([...lr[0].subarray(0, 2000 - from)]).toEqual(heard.lr.slice(from));
  });

  it('goes on as its ghost does where what was planned cannot act', async () => {
    const { session, heard } = await prepared();
    await session.plan([
      { ...swap, step: 6 },
      { kind: 'unchain', index: 1, step: 8 },
      { kind: 'unchain', index: 0, step: 13 },
    ]);
    const { from, lr } = heard.ghost!;
    await session.run(20);
    expect(heard.problems).toMatchObject([{ code: 'no-such-entry' }]);
    expect([...lr[0].subarray(from, 20)]).toEqual(heard.lr);
  });

  it('is held at the step whose loss blew up, and goes no further', async () => {
    const config = { optimizer: { type: 'SGD', lr: 1e4 } } as const;
    const { session, heard } = await prepared({ checkpointEvery: 5 }, config);
    const report = codeOf(session.report().then(() => session.report()));
    await session.run(200);
    const { step } = session.held!;
    expect(step).toBeLessThan(20);
    expect(heard.held).toEqual({ step, reason: 'diverged' });
    expect(heard.step.at(-1)).toBe(step);
    for (const work of [
      session.run(200),
      session.intervene(setLr, 'now'),
      session.plan([]),
      session.checkpoint(),
    ])
      expect(await codeOf(work)).toBe('held');
    expect(['accepted', 'held']).toContain(await report);
    for (const checkpoint of heard.checkpoints) expect(checkpoint.step).toBeLessThanOrEqual(step);

    const again = await prepared({}, config);
    await again.session.run(200);
    expect(again.heard.held).toEqual(heard.held);
    expect(again.heard.loss).toEqual(heard.loss);
  });

  it('passes the place again where a schedule gave out, and says so only at the end of its past', async () => {
    const policy = [
      { scheduler: { type: 'OneCycleLR', maxLr: 0.2, totalSteps: 6 }, interval: 'step' as const },
    ];
    const { session, heard } = await prepared({}, { policy: policy });
    expect(await codeOf(session.run(20))).toBe('policy-refused');
    const { steps } = session.trainer;
    await session.intervene(swap, 'now');
    await session.run(20);
    const start = { log: heard.interventions, replayTo: steps + 5 };
    const later = await prepared(start, { policy: policy });
    await later.session.run(20);
    expect(later.heard.problems).toEqual([]);
    expect(later.heard.loss).toEqual(heard.loss.slice(steps + 5));
    const there = await prepared({ replayTo: steps }, { policy: policy });
    await there.session.run(steps + 1).catch(() => undefined);
    expect(there.heard.problems[0]?.code).toBe('policy-refused');
  });

  it('goes on from its link where a schedule gave out and another was swapped in', async () => {
    const policy: Policy = [
      { scheduler: { type: 'OneCycleLR', maxLr: 0.2, totalSteps: 8 }, interval: 'step', frequency: 1 },
    ];
    const { session, heard } = await prepared({}, { policy });
    expect(await codeOf(session.run(40))).toBe('policy-refused');
    const { steps } = session.trainer;
    await session.intervene(swap, 'now');
    await session.run(40);

    const link = await prepared({ planned: heard.interventions }, { policy });
    await link.session.run(40);
    expect(link.heard.loss).toEqual(heard.loss);
    expect(link.heard.lr).toEqual(heard.lr);
    expect(link.heard.evaluations).toEqual(heard.evaluations);
    expect(link.heard.interventions).toEqual(heard.interventions);
    expect(link.heard.problems).toEqual([]);

    // A fork there has something done about it too.
    const fork = await prepared({ replayTo: steps, planned: heard.interventions }, { policy });
    expect(fork.heard.problems).toEqual([]);
  });

  it('stops where a schedule gave out and what was planned there cannot act', async () => {
    const policy: Policy = [
      { scheduler: { type: 'OneCycleLR', maxLr: 0.2, totalSteps: 6 }, interval: 'step', frequency: 1 },
    ];
    const { session, heard } = await prepared(
      { planned: [{ kind: 'unchain', index: 3, step: 7 }] },
      { policy },
    );
    expect(await codeOf(session.run(40))).toBe('policy-refused');
    expect(heard.loss).toHaveLength(7);
    expect(heard.problems.map(({ code }) => code)).toEqual(['no-such-entry']);
  });

  it('reports the next update, and refuses where there is none', async () => {
    const { session } = await prepared({}, { epochs: 2 });
    const first = session.report();
    await session.run(19);
    expect(await first).toMatchObject({ step: 0 });
    const last = session.report();
    await session.run(20);
    expect(await last).toMatchObject({ step: 19 });
    expect(await codeOf(session.report())).toBe('run-finished');

    const { session: going, heard } = await prepared({}, { epochs: 2 });
    const ending = going.run(20);
    // Asked all the time, so that one is asked while the last update is under way.
    const asked: Promise<string>[] = [];
    heard.onReport = () => void asked.push(codeOf(going.report()));
    while (going.trainer.steps < 20) {
      asked.push(codeOf(going.report()));
      await new Promise((resolve) => setTimeout(resolve));
    }
    asked.push(codeOf(going.report()));
    await ending;
    const codes = await Promise.all(asked);
    expect(codes.at(-1)).toBe('run-finished');
    for (const code of codes) expect(['accepted', 'run-finished']).toContain(code);
  });

  it('refuses a past that it cannot have', async () => {
    const { session } = await prepared();
    await session.run(5);
    const checkpoint = await session.checkpoint();
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
