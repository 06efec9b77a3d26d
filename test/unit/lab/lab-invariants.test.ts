/** The invariants of a Lab under any commands in any order. The worker is scripted: see `scripted-worker.ts`. */
import { describe, expect, it } from 'vitest';

import type { At, Handoff } from '../../../src/timeline/index.js';
import { InputError } from '../../../src/errors.js';
import type { Run } from '../../../src/lab/index.js';
import { Lab } from '../../../src/lab/index.js';
import { timesOf } from '../../../src/policy/index.js';
import type { Policy, PolicyEntry, PolicyInput, SchedulerSpec } from '../../../src/policy/index.js';
import { fc } from '../../property-runs.js';
import { ScriptedWorkers, replay } from './scripted-worker.js';

const steps = 24;
const config = {
  model: 'tiny',
  batchSize: 10,
  stepsPerEpoch: 6,
  epochs: 4,
  policy: [{ scheduler: { type: 'StepLR', stepSize: 4, gamma: 0.5 }, interval: 'step' }],
} as const;

const policies: PolicyInput[] = [
  [],
  [{ scheduler: { type: 'ExponentialLR', gamma: 0.9 }, interval: 'epoch' }],
  [{ scheduler: { type: 'CosineAnnealingLR', tMax: 10 }, interval: 'step' }],
  [
    {
      scheduler: { type: 'ReduceLROnPlateau', patience: 0, factor: 0.5 },
      interval: 'step',
      monitor: 'trainLoss',
    },
  ],
  [{ scheduler: { type: 'OneCycleLR', maxLr: 0.2, totalSteps: 9 }, interval: 'step' }],
  { type: 'NoLR' } as never,
];

/** A command of a lab; numbers choose the run and the position. */
type Command =
  | { do: 'start' | 'pause' | 'remove' | 'recover' | 'range'; run: number }
  | { do: 'startAll' | 'pauseAll' | 'reset' | 'kill' | 'loseDevice' }
  | { do: 'step' | 'wait'; count: number }
  | { do: 'swap'; run: number; policy: number; handoff: Handoff; at: At; counterfactual: boolean }
  | { do: 'chain' | 'race'; run: number; policy: number; at: At }
  | { do: 'adjust'; run: number; by: number; at: At }
  | { do: 'unchain' | 'remove planned'; run: number; index: number }
  | { do: 'setLr' | 'applyRate'; run: number; lr: number }
  | { do: 'fork'; run: number; at: number | 'now'; policy: number | undefined }
  | { do: 'move'; run: number; index: number; step: number };

const run = fc.nat(5);
const policy = fc.nat(policies.length - 1);
const at: fc.Arbitrary<At> = fc.oneof(
  fc.constantFrom<At>('now', 'now', 'epoch'),
  fc.integer({ min: -1, max: steps + 1 }),
);
const handoff = fc.constantFrom<Handoff>('continue', 'restart', 'torch');
const lr = fc.constantFrom(0.1, 0.02, 0.5, 10, -1);
const index = fc.integer({ min: -1, max: 3 });

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('step', 'wait'), count: fc.integer({ min: 1, max: 8 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('startAll', 'startAll', 'pauseAll', 'kill', 'loseDevice') }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('start', 'pause', 'remove', 'recover', 'range'), run }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('swap'), run, policy, handoff, at, counterfactual: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('chain', 'race'), run, policy, at }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('adjust'), run, by: fc.integer({ min: -2, max: 3 }), at }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('unchain', 'remove planned'), run, index }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('setLr', 'applyRate'), run, lr }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('fork'),
      run,
      at: fc.oneof(fc.constant('now' as const), fc.integer({ min: -1, max: steps })),
      policy: fc.option(policy, { nil: undefined }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('move'), run, index, step: fc.integer({ min: 0, max: steps }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reset') }) },
);

const tick = () => new Promise((resolve) => setImmediate(resolve));

/** The policy with its lengths changed. */
const later = (entries: readonly PolicyEntry[], by: number): Policy =>
  entries.map((entry) => ({
    ...entry,
    scheduler: Object.fromEntries(
      Object.entries(entry.scheduler).map(([key, value]) => [
        key,
        timesOf(entry.scheduler.type).includes(key) && typeof value === 'number' ? value + by : value,
      ]),
    ) as unknown as SchedulerSpec,
  }));

/** The id of a planned change, or an unknown id. */
const idAt = (run: Run, index: number): string => run.planned.value.at(index)?.id ?? 'unknown';

async function obey(lab: Lab, workers: ScriptedWorkers, given: Command): Promise<unknown> {
  const runs = lab.runs.value;
  const pick = (place: number): Run => runs[place % runs.length];
  switch (given.do) {
    case 'start':
      return lab.start(pick(given.run));
    case 'pause':
      return lab.pause(pick(given.run));
    case 'remove':
      return lab.remove(pick(given.run));
    case 'recover':
      return lab.rewind(pick(given.run));
    case 'range':
      return lab.rangeTest(pick(given.run));
    case 'startAll':
      return lab.start();
    case 'pauseAll':
      return lab.pause();
    case 'reset':
      return lab.reset();
    case 'kill':
      workers.kill();
      return;
    case 'loseDevice':
      workers.loseDevice();
      return;
    case 'step':
      return lab.step(given.count);
    case 'wait':
      for (let count = 0; count < given.count; count += 1) await tick();
      return;
    case 'swap':
      return lab.swap(pick(given.run), policies[given.policy], given);
    case 'chain':
      return lab.chain(pick(given.run), policies[given.policy], given);
    case 'race':
      return lab.race(pick(given.run), [{ policy: policies[given.policy] }, { policy: [], lr: 0.05 }], {
        at: given.at === 'now' ? 'now' : 0,
      });
    case 'adjust':
      return lab.adjust(pick(given.run), later(pick(given.run).entries.value, given.by), given);
    case 'unchain':
      return lab.unchain(pick(given.run), given.index);
    case 'remove planned':
      return lab.removePlanned(pick(given.run), idAt(pick(given.run), given.index));
    case 'setLr':
      return lab.setLr(pick(given.run), given.lr);
    case 'applyRate':
      return lab.applyRate(pick(given.run), given.lr, 'maxLr');
    case 'fork':
      return lab.fork(pick(given.run), {
        at: given.at,
        policy: given.policy === undefined ? undefined : policies[given.policy],
      });
    case 'move':
      return lab.movePlanned(pick(given.run), idAt(pick(given.run), given.index), given.step);
  }
}

/** The state that a refused command must not change. */
const pictureOf = (lab: Lab) =>
  lab.runs.value.map((run) => ({
    id: run.id,
    parent: run.parent,
    rows: run.history.length,
    log: run.interventions.value,
    planned: run.planned.value,
    entries: run.entries.value,
    state: run.state.value,
  }));

/** Commands without effect when they are refused; the others may make some steps before they fail. */
const isAllOrNothing = ({ do: name }: Command): boolean =>
  !['start', 'startAll', 'step', 'reset', 'pause', 'pauseAll'].includes(name);

function checkRun(run: Run): void {
  const { history } = run;
  const made = history.length;
  const { steps } = run.plan.value;
  expect([...history.step]).toEqual(Array.from({ length: made }, (_, step) => step));
  expect(run.step.value).toBe(made);
  const log = run.interventions.value;
  expect(log.map(({ step }) => step)).toEqual(log.map(({ step }) => step).sort((a, b) => a - b));
  expect(log.every(({ step }) => step <= made)).toBe(true);
  expect(run.planned.value.every(({ step }) => step >= made)).toBe(true);
  expect(run.state.value === 'finished').toBe(made === steps && run.held.value === undefined);
  expect(run.state.value === 'held').toBe(run.held.value !== undefined);
  expect(run.checkpoints.all.every(({ step }) => step <= made)).toBe(true);

  const again = replay(run.config, log, made);
  expect([...history.loss]).toEqual(again.loss);
  expect([...(history.lr.at(0) ?? [])]).toEqual(again.lr);
  expect(history.evaluations).toEqual(again.evaluations);
}

describe('a lab', () => {
  it('keeps its invariants under any commands in any order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ command, isAwaited: fc.boolean() }), { minLength: 1, maxLength: 14 }),
        async (commands) => {
          const workers = new ScriptedWorkers();
          const lab = new Lab(config, {
            openWorker: workers.open,
            retryDelays: [0, 0, 0],
            checkpointEvery: 5,
          });
          let pending: Promise<unknown>[] = [];
          const attempt = (given: Command) =>
            obey(lab, workers, given).then(
              () => true,
              (error: unknown) => {
                // Only expected failures are refusals.
                if (error instanceof InputError || error instanceof DOMException) return false;
                throw error;
              },
            );
          for (const { command, isAwaited } of commands) {
            const isQuiet = !['running', 'loading'].includes(lab.state.value) && workers.isQuiet;
            const before =
              pending.length === 0 && isQuiet && isAllOrNothing(command) ? pictureOf(lab) : undefined;
            const done = attempt(command);
            if (!isAwaited) {
              pending.push(done);
              continue;
            }
            const isDone = await done;
            if (!isDone && before) expect(pictureOf(lab)).toEqual(before);
            await Promise.all(pending);
            pending = [];
          }
          await Promise.all(pending);
          await lab.pause();
          // The fork of a swap may still be in preparation.
          for (let count = 0; count < 20; count += 1) await tick();
          for (const run of lab.runs.value) checkRun(run);
          expect(lab.runs.value.length).toBeGreaterThan(0);
          // At most one session for each run, and none for a removed run.
          const held = workers.held.map((id) => id.split('.')[0]);
          expect(new Set(held).size).toBe(held.length);
          const ids = lab.runs.value.map(({ id }) => id);
          expect(held.filter((id) => !ids.includes(id))).toEqual([]);
          await lab.dispose();
          expect(workers.held).toEqual([]);
        },
      ),
    );
  });
});
