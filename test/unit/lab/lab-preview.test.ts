/** The previews of a Lab have the rates that its runs then use. The worker is scripted: see `scripted-worker.ts`. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { At, Change, Handoff } from '../../../src/timeline/index.js';
import { InputError } from '../../../src/errors.js';
import type { Config, Run, RatePreview } from '../../../src/lab/index.js';
import { Lab } from '../../../src/lab/index.js';
import type { Policy, PolicyInput } from '../../../src/policy/index.js';
import { normalisePolicy } from '../../../src/policy/index.js';
import { fc, runs } from '../../property-runs.js';
import { ScriptedWorkers } from './scripted-worker.js';

const steps = 24;
const config = {
  model: 'tiny',
  batchSize: 10,
  stepsPerEpoch: 6,
  epochs: 4,
  // The scripted worker always has this momentum.
  optimizer: { type: 'SGD', lr: 0.1, momentum: 0.9 },
  policy: [{ scheduler: { type: 'StepLR', stepSize: 4, gamma: 0.5 }, interval: 'step' }],
} as const;

let lab: Lab;

function open(changes: Partial<Config> = {}): Run {
  lab = new Lab(
    { ...config, ...changes },
    { openWorker: new ScriptedWorkers().open, retryDelays: [0, 0, 0] },
  );
  return lab.runs.value[0];
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'accepted',
    (error: unknown) => {
      if (error instanceof InputError) return error.code;
      throw error;
    },
  );

const exponential: Policy = normalisePolicy([
  { scheduler: { type: 'ExponentialLR', gamma: 0.9 }, interval: 'step' },
]);
const swap: Change = { kind: 'swap', policy: exponential, handoff: 'restart' };

/** The rates that a run has used from a step on. */
const ratesFrom = (run: Run, step: number): number[] => [...run.history.lr[0].subarray(step)];

beforeEach(() => {
  open();
});

afterEach(async () => {
  await lab.dispose();
});

describe('the preview of a change', () => {
  it.each<[at: At, step: number]>([
    ['now', 8],
    ['epoch', 12],
    [17, 17],
  ])('at %s has the rates that the run then uses, with all planned changes', async (at, step) => {
    const [run] = lab.runs.value;
    await lab.step(8);
    await lab.chain(run, [], { at: 10 });
    await lab.setLr(run, 0.3);
    await lab.chain(run, exponential, { at: 20 });
    const preview = await lab.preview(run, swap, { at });
    expect(run.interventions.value).toHaveLength(1);
    expect(run.planned.value).toHaveLength(2);
    expect(preview).toMatchObject({ from: step, isGuess: false });
    await lab.swap(run, exponential, { handoff: 'restart', at });
    await lab.step(steps - 8);
    expect([...preview!.lr[0]]).toEqual(ratesFrom(run, step));
  });

  it('may have a rate for each param group before the start, and is refused as the run would refuse it', async () => {
    await lab.dispose();
    const run = open({ optimizer: { ...config.optimizer, groups: [{ layers: ['conv'], lr: 0.01 }] } });
    const perGroup = (etas: number[]): PolicyInput => ({ type: 'CyclicLR', baseLr: etas, maxLr: 0.3 });
    expect(await codeOf(lab.swap(run, perGroup([0.1, 0.2, 0.3]), { at: 5 }))).toBe('policy-refused');
    await lab.swap(run, perGroup([0.1, 0.2]), { at: 5 });
    expect(run.preview.value.lr.map((rates) => rates[5])).toEqual([0.1, 0.2]);
  });

  it.each<[at: At]>([['now'], ['epoch'], [9]])('at %s is available before the start', async (at) => {
    const [run] = lab.runs.value;
    await lab.chain(run, [], { at: 3 });
    const preview = await lab.preview(run, swap, { at });
    expect(run.planned.value).toHaveLength(1);
    await lab.swap(run, exponential, { handoff: 'restart', at });
    const { from, lr } = run.preview.value;
    expect(from).toBe(0);
    await lab.step(steps);
    expect([...lr[0]]).toEqual(ratesFrom(run, 0));
    expect(preview!.from).toBe(at === 9 ? 9 : 0);
    expect([...preview!.lr[0]]).toEqual(ratesFrom(run, preview!.from));
  });

  it('is refused like the change itself', async () => {
    const { lab: other, run } = { lab, run: lab.runs.value[0] };
    const both = async (change: Change & { kind: 'swap' }, at: At) => {
      const previewed = await codeOf(other.preview(run, change, { at }));
      expect(other.problem.value).toBeUndefined();
      const done = await codeOf(other.swap(run, change.policy, { handoff: change.handoff, at }));
      other.clearProblem();
      return [previewed, done];
    };
    const twice = (code: string) => [code, code];
    const refused = async () => {
      expect(await both(swap, steps)).toEqual(twice('step-out-of-range'));
      expect(await both(swap, 1.5)).toEqual(twice('step-out-of-range'));
      expect(await both(swap, 9)).toEqual(twice('step-taken'));
      expect(await both({ ...swap, handoff: 'later' as Handoff }, 'now')).toEqual(twice('config-value'));
      const bad: Policy = normalisePolicy({ type: 'CyclicLR', baseLr: [0.1, 0.2], maxLr: 0.3 });
      expect(await both({ ...swap, policy: bad }, 'epoch')).toEqual(twice('policy-refused'));
    };
    await other.chain(run, [], { at: 9 });
    await refused();
    await other.step(5);
    await refused();
    expect(await both(swap, 4)).toEqual(twice('step-out-of-range'));
    await other.swap(run, exponential);
    expect(await both(swap, 'now')).toEqual(twice('step-taken'));
    await other.step(steps - 5);
    expect(await both(swap, 'now')).toEqual(twice('run-finished'));
  });

  it('is refused if the change cannot act at its step', async () => {
    const [run] = lab.runs.value;
    const adjust: Change = {
      kind: 'adjust',
      policy: normalisePolicy([{ scheduler: { type: 'StepLR', stepSize: 5, gamma: 0.5 }, interval: 'step' }]),
    };
    for (const made of [0, 2]) {
      if (made > 0) await lab.step(made);
      expect(await codeOf(lab.preview(run, adjust, { at: 10 }))).toBe('accepted');
      await lab.swap(run, exponential, { at: 8 });
      expect(await codeOf(lab.preview(run, adjust, { at: 10 }))).toBe('other-policy');
      await lab.removePlanned(run, run.planned.value[0].id);
    }
  });

  it('is refused before the start by an optimizer that has no momentum to cycle', async () => {
    await lab.dispose();
    const run = open({ optimizer: { type: 'Adagrad', lr: 0.1 } });
    const cyclic = normalisePolicy({ type: 'CyclicLR', baseLr: 0.1, maxLr: 0.3 });
    expect(await codeOf(lab.preview(run, { ...swap, policy: cyclic }))).toBe('policy-refused');
    expect(await codeOf(lab.preview(run, swap))).toBe('accepted');
  });
});

describe('the preview of a run', () => {
  it('changes with the planned changes, also while the run is paused', async () => {
    const [run] = lab.runs.value;
    const rateAt = (step: number) => run.preview.value.lr[0][step - run.preview.value.from];
    for (const made of [0, 3]) {
      if (made > 0) await lab.step(made);
      const before = rateAt(14);
      await lab.swap(run, exponential, { at: 6, handoff: 'restart' });
      expect(run.planned.value).toMatchObject([{ step: 6 }]);
      expect(rateAt(6)).toBe(0.1);
      expect(rateAt(14)).not.toBe(before);
      await lab.movePlanned(run, run.planned.value[0].id, 10);
      expect(rateAt(6)).not.toBe(0.1);
      expect(rateAt(10)).toBe(0.1);
      await lab.removePlanned(run, run.planned.value[0].id);
      expect(rateAt(14)).toBe(before);
    }
  });

  it('has the rates of each param group before the start', async () => {
    await lab.dispose();
    const groups = [{ layers: ['conv1'], lr: 0.4 }];
    const list = { type: 'CyclicLR' as const, baseLr: [0.01, 0.02], maxLr: [0.1, 0.2] };
    const run = open({ optimizer: { type: 'SGD', lr: 0.1, groups }, policy: [] });
    expect(run.lr.value).toEqual([0.4, 0.1]);
    expect(await codeOf(lab.preview(run, { ...swap, policy: [] }))).toBe('accepted');
    await lab.reset({ policy: list });
    expect(lab.runs.value[0].lr.value).toEqual([0.01, 0.02]);
  });

  it('has the rates that the run then uses, bit for bit, after any changes', async () => {
    const policies: PolicyInput[] = [
      [],
      [{ scheduler: { type: 'ExponentialLR', gamma: 0.9 }, interval: 'epoch' }],
      [{ scheduler: { type: 'CosineAnnealingLR', tMax: 10 }, interval: 'step' }],
      [{ scheduler: { type: 'CyclicLR', baseLr: 0.01, maxLr: 0.2, stepSizeUp: 3 }, interval: 'step' }],
      [
        { scheduler: { type: 'LinearLR', startFactor: 0.1, totalIters: 4 }, interval: 'step' },
        { scheduler: { type: 'MultiStepLR', milestones: [1, 2] }, interval: 'epoch' },
      ],
    ];
    const planned = fc.record({
      does: fc.constantFrom('swap', 'swap', 'chain', 'unchain', 'setLr'),
      policy: fc.nat(policies.length - 1),
      handoff: fc.constantFrom<Handoff>('continue', 'restart', 'torch'),
      at: fc.oneof(fc.constantFrom<At>('now', 'epoch'), fc.nat(steps - 1)),
    });
    await lab.dispose();
    await fc.assert(
      fc.asyncProperty(
        fc.nat(policies.length - 1),
        fc.array(planned, { maxLength: 6 }),
        fc.nat(steps - 2),
        planned,
        async (first, program, now, last) => {
          const run = open({ policy: policies[first] });
          const halves = [program.slice(0, 2), program.slice(2)];
          for (const [half, upTo] of [0, now].entries()) {
            if (upTo > 0) await lab.step(upTo);
            for (const { does, policy, handoff, at } of halves[half]) {
              const plan = {
                swap: () => lab.swap(run, policies[policy], { handoff, at }),
                chain: () => lab.chain(run, policies[policy], { at }),
                unchain: () => lab.unchain(run, 0),
                setLr: () => lab.setLr(run, 0.03),
              }[does];
              await codeOf(plan());
            }
          }
          const { handoff, at } = last;
          const change: Change = { kind: 'swap', policy: normalisePolicy(policies[last.policy]), handoff };
          let previewed: RatePreview | undefined;
          const saying = lab.preview(run, change, { at }).then((preview) => (previewed = preview));
          const code = await codeOf(saying);
          expect(await codeOf(lab.swap(run, policies[last.policy], { handoff, at }))).toBe(code);
          const preview = run.preview.value;
          expect(preview.from).toBeLessThanOrEqual(now);
          if (run.held.value === undefined) await lab.step(steps - now);
          for (const { from, lr, isGuess } of [preview, previewed ?? preview]) {
            expect(isGuess).toBe(false);
            // A run whose loss diverges does not finish.
            const made = Math.max(0, run.history.length - from);
            expect([...lr[0].subarray(0, made)]).toEqual(ratesFrom(run, from));
          }
          await lab.dispose();
        },
      ),
      { numRuns: runs / 4 },
    );
  });
});
