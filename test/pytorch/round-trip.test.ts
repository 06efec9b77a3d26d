/** Random policies as Python scripts: real PyTorch uses the learning rates that lr-lab previews. */
import { beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import {
  buildPolicy,
  fromPyTorch,
  normalisePolicy,
  previewPolicy,
  readsMetric,
  toPyTorch,
} from '../../src/policy/index.js';
import type { Policy, PyTorchOptions } from '../../src/policy/index.js';
import { neverPlateau } from '../../src/policy/live/never-plateau.js';
import type { ParamGroup } from '../../src/schedulers/index.js';
import { fc, seed } from '../property-runs.js';
import { policies as arbitraryPolicies } from '../unit/policy/arbitraries.js';
import { differenceIn, runInPyTorch } from './real-pytorch.js';
import type { PyTorchResults, ScriptResult } from './real-pytorch.js';

const count = 200;
const epochs = 40;
const stepsPerEpoch = 5;
const steps = epochs * stepsPerEpoch;

interface Case {
  readonly policy: Policy;
  readonly optimizer: NonNullable<PyTorchOptions['optimizer']>;
  /** The param group that the optimizer starts with. */
  readonly group: ParamGroup;
}

const optimizers: readonly Omit<Case, 'policy'>[] = [
  { optimizer: { type: 'SGD', lr: 0.1, momentum: 0.9 }, group: { lr: 0.1, momentum: 0.9 } },
  { optimizer: { type: 'Adam', lr: 0.01 }, group: { lr: 0.01, betas: [0.9, 0.999] } },
];

const cases: readonly Case[] = fc
  .sample(
    arbitraryPolicies().filter((policy) => policy.length > 0),
    { numRuns: count, seed },
  )
  .map((policy, index) => ({ policy: normalisePolicy(policy), ...optimizers[index % optimizers.length] }));

/** The same, with endless patience, because a preview has no metrics for ReduceLROnPlateau. */
const patientCases = cases.map((item) => ({
  ...item,
  policy: item.policy.map((entry) => ({ ...entry, scheduler: neverPlateau(entry.scheduler) })),
}));

/** Policies that monitor a metric, which are run with the metrics of a real training. */
const watchingCases = cases.filter(({ policy }) => policy.some(({ scheduler }) => readsMetric(scheduler)));

function scriptOf({ policy, optimizer }: Case): string {
  return toPyTorch(policy, { optimizer, epochs, stepsPerEpoch });
}

/** Rows of numbers, one for each update: the learning rate, and the momentum if it is cycled. */
type Rows = number[][];

function previewOf({ policy, group }: Case): Rows {
  const { lr, momentum } = previewPolicy(policy, {
    lr: group.lr,
    momentum: null,
    groups: [group],
    steps,
    stepsPerEpoch,
  });
  const rows = Array.from(lr[0], (rate, step) => (momentum ? [rate, momentum[0][step]] : [rate]));
  const end = rows.findIndex(([rate]) => Number.isNaN(rate));
  return end < 0 ? rows : rows.slice(0, end);
}

/** The rates of lr-lab with the metrics that PyTorch computed. */
function replayOf({ policy, group }: Case, { updates, validations }: ScriptResult): Rows {
  const optimizer = { paramGroups: [structuredClone(group)] };
  const live = buildPolicy(policy, optimizer);
  const rows: Rows = [];
  try {
    for (let step = 0; step < steps; step += 1) {
      rows.push([optimizer.paramGroups[0].lr]);
      const batch = step % stepsPerEpoch;
      const epoch = Math.floor(step / stepsPerEpoch);
      live.recordLoss(updates[step]?.loss ?? NaN);
      live.afterStep({ batch });
      if (batch === stepsPerEpoch - 1) live.afterEpoch({ epoch, metrics: validations[epoch] ?? {} });
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
  }
  return rows;
}

/** Compares a script's updates with the expected ones and returns the largest relative difference beyond 1e-14. */
function compare(item: Case, { updates, error }: ScriptResult, expected: Rows): number {
  const details = (): string => `${error ?? 'no error'}\n${JSON.stringify(item.policy)}\n${scriptOf(item)}`;
  if (updates.length !== expected.length) {
    expect.fail(`PyTorch made ${updates.length} updates, not ${expected.length}: ${details()}`);
  }
  let worst = 0;
  updates.forEach(({ lr, momentum }, step) => {
    const received = [lr[0], momentum[0]];
    expected[step].forEach((value, column) => {
      const difference = Math.abs(received[column] - value);
      if (difference <= 1e-14) return;
      const relative = difference / Math.abs(value);
      if (!(relative <= 1e-10)) {
        expect.fail(`at update ${step} PyTorch has ${received[column]}, not ${value}: ${details()}`);
      }
      worst = Math.max(worst, relative);
    });
  });
  return worst;
}

let pytorch: PyTorchResults;

beforeAll(() => {
  pytorch = runInPyTorch([...patientCases, ...watchingCases].map(scriptOf));
});

/** Compares all cases except those in which this PyTorch differs from 2.14, and prints a summary. */
function compareAll(
  name: string,
  items: readonly Case[],
  results: readonly ScriptResult[],
  expectedOf: (item: Case, result: ScriptResult) => Rows,
): void {
  const leftOut = new Map<string, number>();
  let compared = 0;
  let updates = 0;
  let worst = 0;
  items.forEach((item, index) => {
    const difference = differenceIn(item.policy, item.optimizer.type, pytorch.has);
    if (difference !== undefined) {
      leftOut.set(difference, (leftOut.get(difference) ?? 0) + 1);
      return;
    }
    const expected = expectedOf(item, results[index]);
    worst = Math.max(worst, compare(item, results[index], expected));
    compared += 1;
    updates += expected.length;
  });
  console.log(
    [
      `PyTorch ${pytorch.torch}, seed ${seed}: ${name}: ${compared} of ${items.length} policies compared over ` +
        `${updates} updates, worst relative difference beyond 1e-14: ${worst.toExponential(1)}`,
      ...Array.from(leftOut, ([what, number]) => `  left out ${number}: in this version ${what}`),
    ].join('\n'),
  );
  expect(compared).toBeGreaterThan(items.length / 2);
}

describe('a policy as a script', () => {
  it('makes PyTorch use the learning rates and momenta of previewPolicy', () => {
    compareAll('preview', patientCases, pytorch.results.slice(0, count), previewOf);
  });

  it('gives ReduceLROnPlateau the metrics that lr-lab gives it', () => {
    compareAll('with metrics', watchingCases, pytorch.results.slice(count), replayOf);
  });

  it('parses to the policy that it was written from', () => {
    for (const item of cases) {
      expect(fromPyTorch(scriptOf(item))).toMatchObject({ success: true, policy: item.policy });
    }
  });
});
