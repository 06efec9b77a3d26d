import { signal } from '@preact/signals-core';
import { describe, expect, it } from 'vitest';
import { meanLoss, meanOver } from '../../../../components/internal/lab/mean-loss.js';
import { leadOf } from '../../../../components/lr-run-table/lead.js';
import type { Run } from '../../../../src/lab/index.js';

/** A run with these losses. */
function run(id: string, loss: number[], held = false): Run {
  const history = { loss: Float32Array.from(loss), length: loss.length };
  return { id, history, held: signal(held ? { step: loss.length } : undefined) } as unknown as Run;
}

/** Losses around a mean, with the same noise for every run: all see the same batches. */
const around = (mean: number, steps: number, noise = 0.1): number[] =>
  Array.from({ length: steps }, (_, step) => mean + noise * Math.sin(step * 7));

describe('who leads', () => {
  it('is the run with the lower loss at the last step that all have reached', () => {
    const slow = run('A', around(0.5, 40));
    const fast = run('B', [...around(0.3, 40), ...around(9, 60)]);
    const lead = leadOf([slow, fast])!;
    expect(lead).toMatchObject({ step: 40, isEqual: false });
    expect([lead.first.run.id, lead.second.run.id]).toEqual(['B', 'A']);
    expect(lead.first.loss).toBeCloseTo(meanLoss(fast.history.loss, 40)!, 6);
  });

  it('is nobody where the difference is within the noise of batches', () => {
    const noisy = around(0.5, 60, 0.4).map((loss, step) => loss + 0.2 * Math.sin(step * 3));
    expect(leadOf([run('A', around(0.5, 60, 0.4)), run('B', noisy)])).toMatchObject({ isEqual: true });
  });

  it('is found despite noise that the runs share', () => {
    expect(leadOf([run('A', around(0.5, 60, 2)), run('B', around(0.49, 60, 2))])).toMatchObject({
      isEqual: false,
      first: { run: { id: 'B' } },
    });
  });

  it('is unknown for one run, for short runs and for runs that diverged', () => {
    const long = run('A', around(0.5, 40));
    expect(leadOf([long])).toBeUndefined();
    expect(leadOf([long, run('B', around(0.5, meanOver - 1))])).toBeUndefined();
    expect(leadOf([long, run('B', around(0.5, 40), true)])).toBeUndefined();
  });

  it('names the two best of several', () => {
    const lead = leadOf([run('A', around(3, 30)), run('B', around(1, 30)), run('C', around(2, 30))])!;
    expect([lead.first.run.id, lead.second.run.id]).toEqual(['B', 'C']);
  });
});

describe('a mean loss', () => {
  it('is that of the last batches before a step', () => {
    const loss = Float32Array.of(8, 1, 2, 3);
    expect(meanLoss(loss, 4, 2)).toBe(2.5);
    expect(meanLoss(loss, 2, 20)).toBe(4.5);
    expect(meanLoss(loss, 0)).toBeUndefined();
  });
});
