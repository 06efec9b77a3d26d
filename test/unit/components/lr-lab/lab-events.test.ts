import { signal } from '@preact/signals-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LabEventDetails, dispatchEvents } from '../../../../components/lr-lab/lab-events.js';
import { Lab, type LabState, type Problem, type Run } from '../../../../src/lab/index.js';
import { RunRecord } from '../../../../src/lab/run/run.js';

type DispatchedEvent = {
  [Name in keyof LabEventDetails]: [Name, LabEventDetails[Name]];
}[keyof LabEventDetails];

let frames: (() => void)[] = [];
const nextFrame = () => {
  const due = frames;
  frames = [];
  for (const callback of due) callback();
};

beforeEach(() => {
  frames = [];
  vi.useFakeTimers();
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => frames.push(callback));
  vi.stubGlobal('cancelAnimationFrame', (handle: number) => frames.splice(handle - 1, 1));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const newRun = (): RunRecord => new RunRecord('A', new Lab().config.peek());

/** Lets a run make steps with losses 0, 1, 2, … */
function train(run: RunRecord, steps: number): void {
  const first = run.history.length;
  run.append({
    rows: {
      first,
      loss: Float32Array.from({ length: steps }, (_, index) => first + index),
      lr: [new Float64Array(steps).fill(0.5)],
    },
    evaluations: [],
    interventions: [],
    lr: [0.5],
    problems: [],
  });
}

/** A lab whose signals the test writes, and the events it dispatches. */
function watch(run = newRun()) {
  const lab = {
    state: signal<LabState>('idle'),
    runs: signal<readonly Run[]>([run]),
    problem: signal<Problem | undefined>(undefined),
  };
  const target = new EventTarget();
  const events: DispatchedEvent[] = [];
  for (const name of ['lr-state', 'lr-step', 'lr-epoch', 'lr-intervention', 'lr-error'] as const) {
    target.addEventListener(name, (event) =>
      events.push([name, (event as CustomEvent).detail] as DispatchedEvent),
    );
  }
  return { lab, run, events, stop: dispatchEvents(target, lab) };
}

describe('the events of a lab', () => {
  it('report all rows of a frame at once, and each row once', () => {
    const { run, events } = watch();
    train(run, 2);
    train(run, 1);
    nextFrame();
    train(run, 1);
    nextFrame();
    nextFrame();
    expect(events).toEqual([
      [
        'lr-step',
        {
          run: 'A',
          steps: [
            { step: 0, loss: 0, lr: [0.5] },
            { step: 1, loss: 1, lr: [0.5] },
            { step: 2, loss: 2, lr: [0.5] },
          ],
        },
      ],
      ['lr-step', { run: 'A', steps: [{ step: 3, loss: 3, lr: [0.5] }] }],
    ]);
  });

  it('report rows, epochs and interventions before the state that follows them', () => {
    const { lab, run, events } = watch();
    lab.state.value = 'running';
    train(run, 1);
    run.append({
      rows: undefined,
      evaluations: [{ step: 1, epoch: 1, loss: 0.2, accuracy: 0.9 }],
      interventions: [{ id: 'i', step: 1, kind: 'setLr', lr: 0.1 }],
      lr: [0.1],
      problems: [],
    });
    lab.state.value = 'finished';
    nextFrame();
    expect(events.map(([name]) => name)).toEqual([
      'lr-step',
      'lr-epoch',
      'lr-intervention',
      'lr-state',
      'lr-state',
    ]);
    expect(events.slice(1)).toEqual([
      ['lr-epoch', { run: 'A', epoch: 1, loss: 0.2, accuracy: 0.9 }],
      ['lr-intervention', { run: 'A', step: 1, kind: 'setLr' }],
      ['lr-state', { state: 'running' }],
      ['lr-state', { state: 'finished' }],
    ]);
  });

  it('start over with a new run', () => {
    const { lab, run, events } = watch();
    train(run, 3);
    nextFrame();
    const next = newRun();
    lab.runs.value = [next];
    train(next, 1);
    nextFrame();
    expect(events.at(-1)).toEqual(['lr-step', { run: 'A', steps: [{ step: 0, loss: 0, lr: [0.5] }] }]);
  });

  it('report a problem at once', () => {
    const { lab, events } = watch();
    lab.problem.value = { code: 'worker', message: 'It ended.' };
    lab.problem.value = undefined;
    expect(events).toEqual([['lr-error', { code: 'worker', message: 'It ended.' }]]);
  });

  it('reach a page in the background, which gets no frames', () => {
    const { run, events } = watch();
    train(run, 1);
    vi.advanceTimersByTime(2000);
    expect(events.map(([name]) => name)).toEqual(['lr-step']);
  });

  it('end when they are stopped', () => {
    const { lab, run, events, stop } = watch();
    train(run, 1);
    stop();
    train(run, 1);
    lab.state.value = 'running';
    nextFrame();
    vi.advanceTimersByTime(2000);
    expect(events).toEqual([]);
  });
});
