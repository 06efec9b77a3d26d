import { describe, expect, it } from 'vitest';
import { Foresight, type Prospect } from '../../../../components/internal/lab/foresight.js';
import { InputError } from '../../../../src/errors.js';
import { completeConfig } from '../../../../src/config/index.js';
import type { Change } from '../../../../src/timeline/index.js';
import { Run, type RunGhost } from '../../../../src/lab/index.js';

const run = new Run('A', completeConfig({}));
const ghostAt = (from: number): RunGhost => ({ from, lr: [], isGuess: false });
const tick = () => new Promise((resolve) => setImmediate(resolve));

/** A lab that answers when it is told to; the rate of a question is its name. */
function slowLab() {
  const asked: number[] = [];
  let answer: { resolve: (ghost?: RunGhost) => void; reject: (reason: Error) => void };
  const told: [lr: number, prospect: Prospect | undefined][] = [];
  const foresight = new Foresight();
  const lab = {
    foresee: (_: Run, change: Change) => {
      if (change.kind === 'setLr') asked.push(change.lr);
      return new Promise<RunGhost | undefined>((resolve, reject) => {
        answer = { resolve, reject };
      });
    },
  };
  return {
    asked,
    told,
    foresight,
    ask: (lr: number) =>
      foresight.ask(lab, { run, change: { kind: 'setLr', lr }, at: 'now' }, (prospect) =>
        told.push([lr, prospect]),
      ),
    answer: (ghost?: RunGhost) => (answer.resolve(ghost), tick()),
    fail: (reason: Error) => (answer.reject(reason), tick()),
  };
}

describe('asking what a change would do', () => {
  it('is one question at a time, and of those that wait the last', async () => {
    const { asked, told, ask, answer } = slowLab();
    for (const lr of [1, 2, 3]) ask(lr);
    expect(asked).toEqual([1]);
    await answer(ghostAt(1));
    expect(asked).toEqual([1, 3]);
    await answer(ghostAt(3));
    ask(4);
    await answer();
    expect(told).toEqual([
      [1, { ghost: ghostAt(1) }],
      [3, { ghost: ghostAt(3) }],
      [4, undefined],
    ]);
  });

  it('is told nothing of what was asked before it ended', async () => {
    const { asked, told, foresight, ask, answer } = slowLab();
    ask(1);
    ask(2);
    foresight.end();
    await answer(ghostAt(1));
    expect(asked).toEqual([1]);
    ask(3);
    foresight.end();
    ask(4);
    await answer(ghostAt(3));
    await answer(ghostAt(4));
    expect(told).toEqual([[4, { ghost: ghostAt(4) }]]);
  });

  it('is told why a change cannot be made, but not that the run was stopped', async () => {
    const { told, ask, fail } = slowLab();
    ask(1);
    await fail(new InputError({ code: 'step-taken', message: 'taken' }));
    ask(2);
    await fail(new DOMException('stopped', 'AbortError'));
    expect(told).toMatchObject([
      [1, { problem: { code: 'step-taken' } }],
      [2, undefined],
    ]);
  });
});
