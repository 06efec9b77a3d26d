import { describe, expect, it } from 'vitest';
import { progressOf } from '../../../../components/lr-run-controls/progress.js';

const plan = { steps: 30, stepsPerEpoch: 10, epochs: 3 };

describe('the progress of a run', () => {
  it('counts epochs from one', () => {
    expect(progressOf(0, plan, 0).epoch).toBe(1);
    expect(progressOf(9, plan, 0).epoch).toBe(1);
    expect(progressOf(10, plan, 0).epoch).toBe(2);
  });

  it('stays in the last epoch at the end', () => {
    expect(progressOf(30, plan, 0).epoch).toBe(3);
  });

  it('has a remaining time only while the run trains', () => {
    expect(progressOf(10, plan, 4).secondsLeft).toBe(5);
    expect(progressOf(10, plan, 0).secondsLeft).toBeUndefined();
  });
});
