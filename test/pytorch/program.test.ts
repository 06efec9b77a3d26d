/** Whole runs as PyTorch programs: under real PyTorch they print what the run's history holds. */
import { beforeAll, describe, expect, it } from 'vitest';

import type { CompleteConfig } from '../../src/config/index.js';
import type { Change, ChangeAtStep, Plan } from '../../src/timeline/index.js';
import { completeConfig } from '../../src/config/index.js';
import { RateDriver } from '../../src/timeline/index.js';
import { makeDigits, shrinkToTwelve } from '../../src/data/index.js';
import { InputError } from '../../src/errors.js';
import { pytorchProgram } from '../../src/export/index.js';
import type { Policy } from '../../src/policy/index.js';
import { normalisePolicy } from '../../src/policy/index.js';
import type { ParamGroup } from '../../src/schedulers/index.js';
import { Trainer } from '../../src/training/index.js';
import type { StepRow } from '../../src/training/index.js';
import { fc, seed } from '../property-runs.js';
import { policies } from '../unit/policy/arbitraries.js';
import { differenceIn, printedBy, runInPyTorch } from './real-pytorch.js';
import type { PyTorchResults, ScriptResult } from './real-pytorch.js';

describe('the program of a run with a swap and a chain', () => {
  it('prints the learning rates of its history', async () => {
    const config = completeConfig({
      dataset: shrinkToTwelve(await makeDigits({ training: 64, validation: 16 })),
      model: 'tiny',
      backend: 'cpu',
      optimizer: { type: 'SGD', lr: 0.1, momentum: 0.9, groups: [{ layers: ['dense'], lr: 0.03 }] },
      policy: [
        { type: 'OneCycleLR', maxLr: 0.2, totalSteps: 100 },
        { scheduler: { type: 'ExponentialLR', gamma: 0.9 }, interval: 'epoch', frequency: 2 },
      ],
      batchSize: 8,
      epochs: 6,
    });
    const trainer = await Trainer.create(config);
    const interventions: ChangeAtStep[] = [];
    const rows: StepRow[] = [];
    const act = async (step: number, change: Change) => {
      rows.push(...(await trainer.step(step - rows.length)));
      trainer.rates.change(change);
      interventions.push({ ...change, step });
    };
    await act(5, {
      kind: 'chain',
      policy: normalisePolicy({ scheduler: { type: 'StepLR', stepSize: 2, gamma: 0.7 }, interval: 'step' }),
    });
    await act(13, {
      kind: 'swap',
      policy: normalisePolicy({
        scheduler: { type: 'CosineAnnealingLR', tMax: 20 },
        interval: 'step',
        frequency: 2,
      }),
      handoff: 'restart',
    });
    await act(24, { kind: 'chain', policy: normalisePolicy({ type: 'LinearLR', startFactor: 0.5 }) });
    await act(30, { kind: 'setLr', lr: 0.05 });
    await act(33, { kind: 'unchain', index: 0 });
    await act(40, {
      kind: 'swap',
      policy: normalisePolicy({ type: 'ExponentialLR', gamma: 0.5 }),
      handoff: 'torch',
    });
    rows.push(...(await trainer.step(trainer.plan.steps - rows.length)));

    const program = pytorchProgram({ config, model: trainer.modelName, plan: trainer.plan, interventions });
    await trainer.dispose();
    const [head, ...lines] = printedBy(program)
      .trim()
      .split(/\r?\n/)
      .filter((line) => !line.startsWith('#'));
    expect(head).toBe('step,loss,lr_0,lr_1');
    expect(lines).toHaveLength(48);
    let worst = 0;
    for (const [step, line] of lines.entries()) {
      const [number, , ...rates] = line.split(',').map(Number);
      expect(number).toBe(step);
      for (const [group, rate] of rates.entries()) {
        const difference = Math.abs(rate - rows[step].lr[group]) / rate;
        expect(difference, `step ${step}, group ${group}: ${rate}`).toBeLessThan(1e-12);
        worst = Math.max(worst, difference);
      }
    }
    console.log(`swap and chain: 48 rows of 2 groups, worst relative difference ${worst.toExponential(1)}`);
  });
});

interface Case {
  config: CompleteConfig;
  interventions: ChangeAtStep[];
}

const count = 100;
const plan: Plan = { steps: 48, stepsPerEpoch: 6, epochs: 8 };

type TriedOptimizer = { lr: number } & (
  { type: 'SGD'; momentum: number } | { type: 'Adam'; betas: [number, number] }
);

const optimizers: readonly TriedOptimizer[] = [
  { type: 'SGD', lr: 0.1, momentum: 0.9 },
  { type: 'Adam', lr: 0.01, betas: [0.9, 0.99] },
];

/** The param group that an optimizer starts with. */
const groupOf = (options: TriedOptimizer): ParamGroup =>
  options.type === 'SGD'
    ? { lr: options.lr, momentum: options.momentum }
    : { lr: options.lr, betas: [...options.betas] };

const changes: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    kind: fc.constant('swap' as const),
    policy: policies().map((policy) => normalisePolicy(policy)),
    handoff: fc.constantFrom('continue' as const, 'restart' as const, 'torch' as const),
  }),
  fc.record({
    kind: fc.constant('chain' as const),
    policy: policies().map((policy) => normalisePolicy(policy)),
  }),
  fc.record({ kind: fc.constant('unchain' as const), index: fc.nat(3) }),
  fc.record({ kind: fc.constant('setLr' as const), lr: fc.constantFrom(0.05, 1, 1e-3) }),
);

/**
 * Plays a run as the Trainer does, with given metrics; stops where a schedule ends and no later intervention corrects it.
 */
function follow(
  { config, interventions }: Case,
  { updates, validations }: Pick<ScriptResult, 'updates' | 'validations'>,
  onRefusal: (intervention: ChangeAtStep, error: unknown) => void,
): number[][] {
  const optimizer = { paramGroups: [groupOf(config.optimizer as TriedOptimizer)] };
  const rates = new RateDriver(optimizer, config.policy);
  const rows: number[][] = [];
  const lastAct = Math.max(0, ...interventions.map(({ step }) => step));
  const left = [...validations];
  for (let step = 0; step < plan.steps; step++) {
    for (const intervention of interventions.filter((each) => each.step === step)) {
      try {
        rates.change(intervention);
      } catch (error) {
        onRefusal(intervention, error);
      }
    }
    const [group] = optimizer.paramGroups;
    rows.push([group.lr, group.betas?.[0] ?? group.momentum!]);
    rates.recordLoss(updates.at(step)?.loss ?? 1);
    try {
      rates.afterStep({ batch: step % plan.stepsPerEpoch });
      const epoch = Math.floor(step / plan.stepsPerEpoch);
      if (step % plan.stepsPerEpoch === plan.stepsPerEpoch - 1)
        rates.afterEpoch({ epoch: epoch, metrics: left.shift() ?? { valLoss: 1, valAccuracy: 0.5 } });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      if (step >= lastAct) break;
    }
  }
  return rows;
}

/** Random runs, without interventions that the run would refuse. */
const cases: Case[] = fc
  .sample(
    fc.tuple(
      policies(),
      fc.constantFrom(...optimizers),
      fc.uniqueArray(fc.tuple(fc.nat(plan.steps - 1), changes), { maxLength: 4, selector: ([step]) => step }),
    ),
    { numRuns: count, seed },
  )
  .map(([policy, optimizer, planned]) => {
    const interventions = planned
      .sort(([a], [b]) => a - b)
      .map(([step, change]): ChangeAtStep => ({ ...change, step }));
    const config = completeConfig({ model: 'tiny', optimizer, policy, batchSize: 2, epochs: plan.epochs });
    const refused = new Set<ChangeAtStep>();
    follow({ config, interventions }, { updates: [], validations: [] }, (each) => refused.add(each));
    return { config, interventions: interventions.filter((each) => !refused.has(each)) };
  });

const programOf = ({ config, interventions }: Case): string =>
  pytorchProgram({ config, model: 'tiny', plan, interventions });

describe('the programs of random runs', () => {
  let pytorch: PyTorchResults;

  beforeAll(() => {
    pytorch = runInPyTorch(cases.map(programOf));
  });

  it('use the learning rates and momenta of the run, given the same metrics', () => {
    let compared = 0;
    let acted = 0;
    let worst = 0;
    for (const [index, item] of cases.entries()) {
      const { interventions, config } = item;
      const all: Policy = [
        config.policy,
        ...interventions.map((each) => ('policy' in each ? each.policy : [])),
      ].flat();
      if (differenceIn(all, config.optimizer.type, pytorch.has) !== undefined) continue;
      const result = pytorch.results[index];
      const rows = follow(item, result, (intervention, error) => {
        throw new Error(`${intervention.kind} was refused: ${String(error)}`);
      });
      const details = `${result.error ?? 'no error'}\n${programOf(item)}`;
      expect(result.updates.length, details).toBe(rows.length);
      for (const [step, { lr, momentum }] of result.updates.entries()) {
        for (const [column, received] of [lr[0], momentum[0]].entries()) {
          const expected = rows[step][column];
          const difference = Math.abs(received - expected);
          if (difference <= 1e-14) continue;
          expect(
            difference / Math.abs(expected),
            `update ${step}: ${received}, not ${expected}; ${details}`,
          ).toBeLessThan(1e-10);
          worst = Math.max(worst, difference / Math.abs(expected));
        }
      }
      compared++;
      acted += interventions.length;
    }
    console.log(
      `PyTorch ${pytorch.torch}, seed ${seed}: ${compared} of ${count} programs compared, ${acted} interventions, ` +
        `worst relative difference beyond 1e-14: ${worst.toExponential(1)}`,
    );
    expect(compared).toBeGreaterThan(count / 2);
  });
});
