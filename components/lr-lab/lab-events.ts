import { effect, untracked } from '@preact/signals-core';
import type { Intervention, Lab, LabState, Run } from '../../src/lab/index.js';

/** One row of a run's history, as in `lr-step`. */
export interface StepRow {
  step: number;
  loss: number;
  /** The rate of each param group. */
  lr: number[];
}

/** The details of the events of `<lr-lab>`; `run` is the run's id. */
export interface LabEventDetails {
  'lr-state': { state: LabState };
  'lr-step': { run: string; steps: StepRow[] };
  'lr-epoch': { run: string; epoch: number; loss: number; accuracy: number };
  'lr-intervention': { run: string; step: number; kind: Intervention['kind'] };
  'lr-error': { message: string; code: string };
}

/** Dispatches one of the lab's events, bubbling and composed. */
function dispatchLabEvent<Name extends keyof LabEventDetails>(
  target: EventTarget,
  name: Name,
  detail: LabEventDetails[Name],
): void {
  target.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}

/** How much of a run has been dispatched. */
interface Dispatched {
  rows: number;
  evaluations: number;
  interventions: number;
}

/** A page in the background gets no animation frames, but its listeners still receive events. */
const longestWait = 1000;

/**
 * Dispatches a Lab's signals as DOM events on `target`, until the returned function is called. All events of a frame
 * are dispatched together: rows, epochs, interventions, states, in this order. So there is at most one `lr-step` per
 * run and frame, and at `lr-state` "finished" nothing of the run is missing.
 */
export function dispatchEvents(
  target: EventTarget,
  lab: Pick<Lab, 'state' | 'runs' | 'problem'>,
): () => void {
  const dispatched = new WeakMap<Run, Dispatched>();
  let states: LabState[] = [];
  let lastState = lab.state.peek();
  let cancelWait: (() => void) | undefined;

  const dispatch = () => {
    cancelWait = undefined;
    for (const run of lab.runs.peek()) dispatchRun(target, run, dispatched);
    const changes = states;
    states = [];
    for (const state of changes) dispatchLabEvent(target, 'lr-state', { state });
  };
  const dispatchSoon = () => {
    cancelWait ??= nextFrame(dispatch);
  };

  const stops = [
    effect(() => {
      // Read only to subscribe; the first rows of a new run count as well.
      const news = lab.runs.value.map(({ history, interventions }) => [
        history.version.value,
        interventions.value,
      ]);
      if (news.length > 0) dispatchSoon();
    }),
    effect(() => {
      const state = lab.state.value;
      if (state === lastState) return;
      lastState = state;
      states.push(state);
      dispatchSoon();
    }),
    effect(() => {
      const problem = lab.problem.value;
      if (problem === undefined) return;
      const { message, code } = problem;
      // The effect must not subscribe to what a listener reads.
      untracked(() => dispatchLabEvent(target, 'lr-error', { message, code }));
    }),
  ];
  return () => {
    cancelWait?.();
    for (const stop of stops) stop();
  };
}

function dispatchRun(target: EventTarget, run: Run, dispatched: WeakMap<Run, Dispatched>): void {
  const { id, history } = run;
  const before = dispatched.get(run) ?? { rows: 0, evaluations: 0, interventions: 0 };
  const interventions = run.interventions.peek();
  const { evaluations } = history;
  dispatched.set(run, {
    rows: history.length,
    evaluations: evaluations.length,
    interventions: interventions.length,
  });

  if (history.length > before.rows) {
    const { step, loss, lr } = history;
    const steps: StepRow[] = [];
    for (let row = before.rows; row < history.length; row++) {
      steps.push({ step: step[row], loss: loss[row], lr: lr.map((group) => group[row]) });
    }
    dispatchLabEvent(target, 'lr-step', { run: id, steps });
  }
  for (const { epoch, loss, accuracy } of evaluations.slice(before.evaluations)) {
    dispatchLabEvent(target, 'lr-epoch', { run: id, epoch, loss, accuracy });
  }
  for (const { step, kind } of interventions.slice(before.interventions)) {
    dispatchLabEvent(target, 'lr-intervention', { run: id, step, kind });
  }
}

/** Calls back in the next animation frame, or after {@link longestWait} without one; returns a cancel function. */
function nextFrame(callback: () => void): () => void {
  const cancel = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
  const act = () => {
    cancel();
    callback();
  };
  const frame = requestAnimationFrame(act);
  const timer = setTimeout(act, longestWait);
  return cancel;
}
