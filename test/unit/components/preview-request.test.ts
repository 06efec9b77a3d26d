import { describe, expect, it } from 'vitest';
import { PreviewRequest, type ChangePreview } from '../../../components/internal/lab/preview-request.js';
import { InputError } from '../../../src/errors.js';
import { completeConfig } from '../../../src/config/index.js';
import type { Change } from '../../../src/timeline/index.js';
import { Run, type RunGhost } from '../../../src/lab/index.js';

const run = new Run('A', completeConfig({}));
const previewFrom = (from: number): RunGhost => ({ from, lr: [], isGuess: false });
const tick = () => new Promise((resolve) => setImmediate(resolve));

/** A lab that answers when it is told to; the rate of a question is its name. */
function slowLab() {
  const asked: number[] = [];
  let answer: { resolve: (preview?: RunGhost) => void; reject: (reason: Error) => void };
  const told: [lr: number, preview: ChangePreview | undefined][] = [];
  const request = new PreviewRequest();
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
    request,
    ask: (lr: number) =>
      request.send(lab, { run, change: { kind: 'setLr', lr }, at: 'now' }, (preview) =>
        told.push([lr, preview]),
      ),
    answer: (preview?: RunGhost) => (answer.resolve(preview), tick()),
    fail: (reason: Error) => (answer.reject(reason), tick()),
  };
}

describe('asking what a change would do', () => {
  it('is one question at a time, and of those that wait the last', async () => {
    const { asked, told, ask, answer } = slowLab();
    for (const lr of [1, 2, 3]) ask(lr);
    expect(asked).toEqual([1]);
    await answer(previewFrom(1));
    expect(asked).toEqual([1, 3]);
    await answer(previewFrom(3));
    ask(4);
    await answer();
    expect(told).toEqual([
      [1, { preview: previewFrom(1) }],
      [3, { preview: previewFrom(3) }],
      [4, undefined],
    ]);
  });

  it('is told nothing of what was asked before it ended', async () => {
    const { asked, told, request, ask, answer } = slowLab();
    ask(1);
    ask(2);
    request.cancel();
    await answer(previewFrom(1));
    expect(asked).toEqual([1]);
    ask(3);
    request.cancel();
    ask(4);
    await answer(previewFrom(3));
    await answer(previewFrom(4));
    expect(told).toEqual([[4, { preview: previewFrom(4) }]]);
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
