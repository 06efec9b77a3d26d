import { describe, expect, it } from 'vitest';

import { History } from '../../../src/lab/history.js';
import { Speedometer } from '../../../src/lab/speedometer.js';

const rows = (first: number, count: number) => ({
  first,
  loss: Float32Array.from({ length: count }, (_, index) => 1 / (first + index + 1)),
  lr: [
    Float64Array.from({ length: count }, (_, index) => first + index),
    Float64Array.from({ length: count }, () => 0.1),
  ],
});

describe('a history', () => {
  it('keeps every row over many appends, a rate for each param group', () => {
    const history = new History();
    for (let first = 0; first < 5000; first += 50) history.append(rows(first, 50), []);
    expect(history.length).toBe(5000);
    expect(history.step.at(-1)).toBe(4999);
    expect([...history.loss]).toEqual([...rows(0, 5000).loss]);
    expect(history.lr.map((group) => group.at(-1))).toEqual([4999, 0.1]);
  });

  it('tells once of each append, and not of an empty one', () => {
    const history = new History();
    history.append(rows(0, 3), []);
    history.append(undefined, [{ step: 3, epoch: 1, loss: 0.5, accuracy: 0.9 }]);
    history.append(undefined, []);
    expect(history.version.value).toBe(2);
    expect(history.evaluations).toHaveLength(1);
  });

  it('refuses rows that leave a gap', () => {
    const history = new History();
    history.append(rows(0, 3), []);
    expect(() => history.append(rows(4, 1), [])).toThrow('rows begin at step 4; expected 3');
  });
});

describe('the speedometer', () => {
  it('tells the speed of the last seconds, not of the whole run', () => {
    const speedometer = new Speedometer(1000);
    for (let time = 0; time <= 5000; time += 100) speedometer.mark(time / 100, time);
    let speed = 0;
    for (let time = 5100; time <= 8000; time += 100) speed = speedometer.mark(50 + (time - 5000) / 10, time);
    expect(speed).toBeCloseTo(100, 6);
  });

  it('is silent until two marks are there', () => {
    expect(new Speedometer().mark(5, 0)).toBe(0);
  });
});
