import { describe, expect, it } from 'vitest';
import { printJson } from '../../../../components/internal/policy/print-json.js';
import { fc } from '../../../property-runs.js';

describe('printJson', () => {
  it('keeps what fits on one line', () => {
    expect(printJson({ type: 'StepLR', milestones: [30, 80] }, 60)).toBe(
      '{ "type": "StepLR", "milestones": [30, 80] }',
    );
    expect(printJson([])).toBe('[]');
    expect(printJson({})).toBe('{}');
  });

  it('puts the objects of a list and short members on shared lines', () => {
    const policy = [{ scheduler: { type: 'ExponentialLR', gamma: 0.9 }, interval: 'epoch' }];
    expect(printJson(policy, 44)).toBe(
      [
        '[{',
        '  "scheduler": {',
        '    "type": "ExponentialLR", "gamma": 0.9',
        '  },',
        '  "interval": "epoch"',
        '}]',
      ].join('\n'),
    );
  });

  it('stays within the width if the values allow it', () => {
    const policy = [
      {
        scheduler: { type: 'MultiStepLR', milestones: [10, 20, 30, 40, 50, 60, 70], gamma: 0.1 },
        interval: 'step',
      },
      { scheduler: { type: 'StepLR', stepSize: 1 }, interval: 'epoch' },
    ];
    for (const line of printJson(policy, 40).split('\n')) expect(line.length).toBeLessThanOrEqual(40);
  });

  it('means the same as JSON.stringify for every value and width', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 1, max: 100 }), (value, width) => {
        expect(JSON.parse(printJson(value, width))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { seed: 7 },
    );
  });
});
