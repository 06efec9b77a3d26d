import { describe, expect, it } from 'vitest';

import { formatHistoryCsv } from '../../../src/export/index.js';

const history = {
  loss: Float32Array.of(2.5, NaN, Infinity),
  lr: [Float64Array.of(0.1, 0.1, 1e-9)],
  evaluations: [
    { step: 2, epoch: 1, loss: 1.25, accuracy: 0.5 },
    { step: 3, epoch: 2, loss: NaN, accuracy: 0.125 },
  ],
};

describe('a history as CSV', () => {
  it('has a row for each step, with the scores beside the loss of the same weights', () => {
    expect(formatHistoryCsv([{ id: 'A', history }])).toBe(
      [
        'run,step,loss,lr,val_loss,val_accuracy',
        'A,0,2.5,0.1,,',
        'A,1,NaN,0.1,,',
        'A,2,Infinity,1e-9,1.25,0.5',
        'A,3,,,NaN,0.125',
        '',
      ].join('\r\n'),
    );
  });

  it('has a rate column for each param group of the run with the most groups', () => {
    const two = {
      loss: Float32Array.of(1),
      lr: [Float64Array.of(0.1), Float64Array.of(0.2)],
      evaluations: [],
    };
    const one = { ...two, lr: [Float64Array.of(0.3)] };
    const [head, ...rows] = formatHistoryCsv([
      { id: 'A', history: two },
      { id: 'B', history: one },
    ]).split('\r\n');
    expect(head).toBe('run,step,loss,lr_0,lr_1,val_loss,val_accuracy');
    expect(rows).toEqual(['A,0,1,0.1,0.2,,', 'B,0,1,0.3,,,', '']);
  });

  it('holds every number exactly', () => {
    const loss = Float32Array.of(Math.fround(0.1), 1.1754943508222875e-38);
    const lr = [Float64Array.of(0.1 + 0.2, 5e-324)];
    const rows = formatHistoryCsv([{ id: 'A', history: { loss, lr, evaluations: [] } }]).split('\r\n');
    const numbers = rows.slice(1, 3).map((row) => row.split(',').slice(2, 4).map(Number));
    expect(numbers).toEqual([
      [loss[0], lr[0][0]],
      [loss[1], lr[0][1]],
    ]);
  });

  it('quotes a text that contains a separator', () => {
    const empty = { loss: Float32Array.of(1), lr: [Float64Array.of(1)], evaluations: [] };
    expect(formatHistoryCsv([{ id: 'a "b", c', history: empty }])).toContain('"a ""b"", c",0,1,1,,');
  });
});
