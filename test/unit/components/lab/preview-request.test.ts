import { describe, expect, it } from 'vitest';
import { PreviewRequest, type ChangePreview } from '../../../../components/internal/lab/preview-request.js';
import { aborted, InputError } from '../../../../src/errors.js';
import { completeConfig } from '../../../../src/config/index.js';
import type { Change } from '../../../../src/timeline/index.js';
import { type RatePreview, type Run } from '../../../../src/lab/index.js';
import { RunRecord } from '../../../../src/lab/run/run.js';

const run = new RunRecord('A', completeConfig({}));
const previewFrom = (from: number): RatePreview => ({ from, lr: [], isGuess: false });
const tick = () => new Promise((resolve) => setImmediate(resolve));

/** A lab that answers when the test says so; the rate of a change is its name. */
function slowLab() {
  const requested: number[] = [];
  let answer: { resolve: (preview?: RatePreview) => void; reject: (reason: Error) => void };
  const reported: [lr: number, preview: ChangePreview | undefined][] = [];
  const request = new PreviewRequest();
  const lab = {
    preview: (_: Run, change: Change) => {
      if (change.kind === 'setLr') requested.push(change.lr);
      return new Promise<RatePreview | undefined>((resolve, reject) => {
        answer = { resolve, reject };
      });
    },
  };
  return {
    requested,
    reported,
    request,
    send: (lr: number) =>
      request.send(lab, { run, change: { kind: 'setLr', lr }, at: 'now' }, (preview) =>
        reported.push([lr, preview]),
      ),
    answer: (preview?: RatePreview) => (answer.resolve(preview), tick()),
    fail: (reason: Error) => (answer.reject(reason), tick()),
  };
}

describe('a preview request', () => {
  it('waits for the one before it, and only the last of several that wait is sent', async () => {
    const { requested, reported, send, answer } = slowLab();
    for (const lr of [1, 2, 3]) send(lr);
    expect(requested).toEqual([1]);
    await answer(previewFrom(1));
    expect(requested).toEqual([1, 3]);
    await answer(previewFrom(3));
    send(4);
    await answer();
    expect(reported).toEqual([
      [1, { preview: previewFrom(1) }],
      [3, { preview: previewFrom(3) }],
      [4, undefined],
    ]);
  });

  it('reports nothing that was requested before it was cancelled', async () => {
    const { requested, reported, request, send, answer } = slowLab();
    send(1);
    send(2);
    request.cancel();
    await answer(previewFrom(1));
    expect(requested).toEqual([1]);
    send(3);
    request.cancel();
    send(4);
    await answer(previewFrom(3));
    await answer(previewFrom(4));
    expect(reported).toEqual([[4, { preview: previewFrom(4) }]]);
  });

  it('reports why a change cannot be made, but not that the run was stopped', async () => {
    const { reported, send, fail } = slowLab();
    send(1);
    await fail(new InputError({ code: 'step-taken', message: 'taken' }));
    send(2);
    await fail(aborted());
    expect(reported).toMatchObject([
      [1, { problem: { code: 'step-taken' } }],
      [2, undefined],
    ]);
  });
});
