/** What an experiment may say, and how faults are reported. */
import { describe, expect, it } from 'vitest';

import {
  builtInExperiment,
  builtInNames,
  parseExperiment,
  parseExperimentText,
} from '../../../src/experiment/index.js';
import { fc } from '../../property-runs.js';

const small = {
  setup: { optimizer: { type: 'SGD', lr: 0.1 } },
  runs: [{ name: 'a' }, { name: 'b', policy: { type: 'ExponentialLR', gamma: 0.5 } }],
  check: [{ code: 'lower-loss', run: 'b', than: 'a' }],
};

/** The issues of an input, as code and path. */
function issuesOf(input: unknown): string[] {
  const result = parseExperiment(input);
  return result.success ? [] : result.issues.map(({ code, path }) => `${code} ${path.join('.')}`);
}

describe('parseExperiment', () => {
  it('completes the configs, and normalises the policies', () => {
    const result = parseExperiment(small);
    expect(result).toMatchObject({
      success: true,
      experiment: {
        watch: ['loss'],
        stop: [],
        runs: [
          { name: 'a', config: { dataset: 'digits', model: 'mlp', policy: [] }, changes: [] },
          { name: 'b', config: { policy: [{ scheduler: { type: 'ExponentialLR' }, interval: 'epoch' }] } },
        ],
      },
    });
  });

  it('accepts every built-in experiment', () => {
    expect(builtInNames).toHaveLength(11);
    for (const name of builtInNames) expect(builtInExperiment(name)?.spec.name).toBe(name);
    expect(builtInExperiment('no-such')).toBeUndefined();
    expect(builtInExperiment('toString')).toBeUndefined();
  });

  it.each([
    ['a list', [], ['missing setup', 'missing runs', 'missing check']],
    ['nothing', undefined, ['type ']],
    ['an unknown key', { ...small, colour: 1 }, ['unknown-key colour']],
    ['no runs', { ...small, runs: [] }, ['range runs']],
    ['a missing check', { setup: {}, runs: small.runs }, ['missing check']],
    ['an unknown condition', { ...small, check: [{ code: 'wins', run: 'a' }] }, ['range check.0.code']],
    ['a condition without its run', { ...small, check: [{ code: 'diverges' }] }, ['missing check.0.run']],
    [
      'a share of no number',
      { ...small, check: [{ code: 'falls', run: 'a', share: '1' }] },
      ['type check.0.share'],
    ],
    ['an unknown run', { ...small, check: [{ code: 'diverges', run: 'c' }] }, ['range check.0.run']],
    [
      'a name twice',
      { ...small, runs: [{ name: 'a' }, { name: 'b' }, { name: 'a' }] },
      ['range runs.2.name'],
    ],
    [
      'a faulty policy',
      { ...small, runs: [{ name: 'a' }, { name: 'b', policy: { type: 'StepLR', stepSize: 0 } }] },
      ['range runs.1.policy.stepSize'],
    ],
    ['a faulty set-up', { ...small, setup: { batchSize: 0 } }, ['range setup.batchSize']],
    [
      'a faulty set-up of one run',
      { ...small, runs: [{ name: 'a' }, { name: 'b', setup: { epochs: 0.5 } }] },
      ['range runs.1.setup.epochs'],
    ],
    [
      'a suggestion without a range test',
      { ...small, runs: [{ name: 'a', lr: 'steepest' }, { name: 'b' }] },
      ['range runs.0.lr'],
    ],
    [
      'a faulty change',
      {
        ...small,
        runs: [{ name: 'a', changes: [{ kind: 'swap', step: 3, policy: { type: 'NoLR' } }] }, { name: 'b' }],
      },
      ['unknown-scheduler runs.0.changes.0.policy.type'],
    ],
    [
      'changes of a run that is resumed',
      {
        ...small,
        runs: [{ name: 'a', resume: 3, changes: [{ kind: 'setLr', step: 1, lr: 1 }] }, { name: 'b' }],
      },
      ['range runs.0.changes'],
    ],
  ])('reports %s with its path', (_, input, issues) => {
    expect(issuesOf(input)).toEqual(issues);
  });

  it('names the value received and what is accepted', () => {
    const result = parseExperiment({ ...small, stop: [{ when: 'cut', run: 'x' }] });
    expect(result).toMatchObject({
      success: false,
      issues: [
        {
          received: '"x"',
          accepted: '"a" | "b"',
          message: 'experiment.stop[0].run is "x"; accepted: "a" | "b".',
        },
      ],
    });
  });

  it('reports a fault that all runs share once', () => {
    expect(issuesOf({ ...small, setup: { model: 'giant' } })).toEqual(['range setup.model']);
  });

  it('reads text, and reports text that is not JSON', () => {
    expect(parseExperimentText(JSON.stringify(small)).success).toBe(true);
    expect(parseExperimentText('{ "setup": ')).toMatchObject({
      success: false,
      issues: [{ code: 'syntax' }],
    });
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (input) => {
        expect(parseExperiment(input).success).toBe(false);
      }),
    );
    const keys = [...Object.keys(small), 'stop', 'guess', 'rangeTest', 'watch', 'name', 'title'];
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.jsonValue(), (key, value) => {
        const result = parseExperiment({ ...small, [key]: value });
        if (!result.success) expect(result.issues).not.toHaveLength(0);
      }),
    );
  });
});
