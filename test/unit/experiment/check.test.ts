/** What is found in histories, and when an experiment stops. */
import { describe, expect, it } from 'vitest';

import { checkHistories, cutsOf, stopOf, type RunHistory } from '../../../src/experiment/check.js';
import {
  builtInExperiment,
  builtInNames,
  recordedOutcome,
  type Condition,
} from '../../../src/experiment/index.js';

const falling: RunHistory = { name: 'falling', loss: [2, 1.5, 1, 0.5], lr: [0.1, 0.1, 0.01, 0.01] };
const flat: RunHistory = { name: 'flat', loss: [2, 2, 2, 2], lr: [0.1, 0.1, 0.1, 0.1] };
const lost: RunHistory = { name: 'lost', loss: [2, 40, NaN], lr: [9, 9, 9], diverged: 2 };
const round: RunHistory = { name: 'round', loss: [2, 1, 1, 1], lr: [0.1, 0.5, 0.1, 0.001] };
const all = [falling, flat, lost, round];

const holds = (condition: Condition): boolean => checkHistories([condition], all)[0].holds;

describe('the conditions', () => {
  it.each<[Condition, boolean]>([
    [{ code: 'falls', run: 'falling', share: 0.25, last: 1 }, true],
    [{ code: 'falls', run: 'flat', share: 0.9 }, false],
    [{ code: 'falls', run: 'lost', share: 100 }, false],
    [{ code: 'stays', run: 'flat', share: 0.9 }, true],
    [{ code: 'stays', run: 'falling', share: 0.9 }, false],
    [{ code: 'stays', run: 'lost', share: 0.1 }, false],
    [{ code: 'diverges', run: 'lost' }, true],
    [{ code: 'diverges', run: 'flat' }, false],
    [{ code: 'lower-loss', run: 'falling', than: 'flat' }, true],
    [{ code: 'lower-loss', run: 'flat', than: 'falling' }, false],
    [{ code: 'lower-loss', run: 'flat', than: 'lost' }, true],
    [{ code: 'lower-loss', run: 'lost', than: 'lost' }, false],
    [{ code: 'rate-below', run: 'falling', share: 0.1, by: 2 }, true],
    [{ code: 'rate-below', run: 'falling', share: 0.1, by: 1 }, false],
    [{ code: 'rate-at', run: 'falling', step: 3, lr: 0.01 }, true],
    [{ code: 'rate-at', run: 'falling', step: 9, lr: 0.01 }, false],
    [{ code: 'higher-peak', run: 'round', than: 'flat', times: 5 }, true],
    [{ code: 'higher-peak', run: 'flat', than: 'round', times: 1 }, false],
    [{ code: 'rate-returns', run: 'round', times: 2 }, false],
    [{ code: 'rate-cycles', run: 'round', share: 0.01 }, true],
    [{ code: 'rate-cycles', run: 'falling', share: 0.5 }, false],
    [{ code: 'same-rates', run: 'flat', than: 'flat' }, true],
    [{ code: 'same-rates', run: 'flat', than: 'falling' }, false],
    [{ code: 'same-losses', run: 'flat', than: 'flat' }, true],
    [{ code: 'same-losses', run: 'flat', than: 'lost' }, false],
    [{ code: 'ends-higher', run: 'flat', than: 'falling', times: 10 }, true],
    [{ code: 'ends-higher', run: 'flat', than: 'flat', times: 1 }, false],
    [{ code: 'cut-helps', run: 'falling', share: 0.5, last: 2 }, true],
    [{ code: 'cut-helps', run: 'flat', share: 1 }, false],
  ])('%j: %s', (condition, expected) => {
    expect(holds(condition)).toBe(expected);
  });

  it('report the numbers that they compare', () => {
    expect(checkHistories([{ code: 'lower-loss', run: 'flat', than: 'lost' }], all)).toEqual([
      {
        code: 'lower-loss',
        holds: true,
        run: 'flat',
        than: 'lost',
        values: { steps: 4, thanDiverged: 2, loss: 2, thanLoss: Infinity },
      },
    ]);
  });

  it('name a run that is missing', () => {
    expect(() => checkHistories([{ code: 'diverges', run: 'x' }], all)).toThrow(/"x".*falling, flat, lost/);
  });
});

describe('the rules that stop an experiment', () => {
  it('find the first event, whichever rule comes first', () => {
    const rules = [
      { when: 'diverges', run: 'lost', more: 5 },
      { when: 'cut', run: 'falling', more: 0 },
    ] as const;
    expect(stopOf([...rules], all)).toEqual({ code: 'cut', run: 'falling', step: 2, steps: 3 });
    expect(stopOf([rules[0]], all)).toEqual({ code: 'diverges', run: 'lost', step: 2, steps: 8 });
    expect(stopOf([{ when: 'rate-below', run: 'flat', share: 0.5 }], all)).toBeUndefined();
  });

  it('find a loss that is below for ten steps together', () => {
    const loss = [2, ...Array.from({ length: 20 }, () => 0.5)];
    const run = { name: 'a', loss, lr: loss };
    expect(stopOf([{ when: 'loss-below', run: 'a', share: 0.25 }], [run])).toMatchObject({
      step: 10,
      steps: 11,
    });
  });

  it('count cuts, and no rounding', () => {
    expect(cutsOf({ lr: [1, 1 - 1e-9, 0.5, 0.5, 0.05] })).toEqual([2, 4]);
  });
});

describe('a recorded experiment', () => {
  it.each(builtInNames)('%s holds', async (name) => {
    const outcome = await recordedOutcome(builtInExperiment(name)!);
    expect(outcome?.holds).toBe(true);
    const { choices } = builtInExperiment(name)!.spec.guess ?? {};
    if (choices) expect(choices.map((choice) => choice.name)).toContain(outcome?.answer);
  });

  it.each(builtInNames)('%s does not hold where its runs change their names', async (name) => {
    const experiment = builtInExperiment(name)!;
    const { runs, suggested } = (await recordedOutcome(experiment))!;
    const renamed = runs.map((run, index) => ({ ...runs[(index + 1) % runs.length], name: run.name }));
    expect(experiment.outcomeOf(renamed, { suggested }).holds).toBe(false);
  });
});
