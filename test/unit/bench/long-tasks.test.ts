import { describe, expect, it } from 'vitest';

import { tasksOf } from '../../bench/charts/long-tasks.js';

/** An event that used the processor for half of its time; milliseconds. */
const event = (name: string, ts: number, dur: number, tid = 1) => ({
  name,
  pid: 1,
  tid,
  ts: ts * 1000,
  dur: dur * 1000,
  tdur: dur * 500,
});

const thread = (tid: number, name: string) => ({ name: 'thread_name', pid: 1, tid, ts: 0, args: { name } });
const main = thread(1, 'CrRendererMain');

describe('the tasks of a page, from a trace', () => {
  it('have their length, and the time of our JavaScript in them', () => {
    const events = [
      main,
      event('RunTask', 0, 100),
      event('FunctionCall', 10, 20),
      event('Paint', 40, 40),
      event('RunMicrotasks', 90, 4),
      event('RunTask', 200, 60),
      event('Commit', 200, 60),
    ];
    expect(tasksOf(events)).toEqual([
      { wallMs: 100, scriptMs: 12 },
      { wallMs: 60, scriptMs: 0 },
    ]);
  });

  it('count nested events once, in any order', () => {
    const events = [
      event('v8.callFunction', 12, 10),
      event('FunctionCall', 10, 20),
      event('RunTask', 5, 30),
      event('RunTask', 0, 100),
      main,
    ];
    expect(tasksOf(events)).toEqual([{ wallMs: 100, scriptMs: 10 }]);
  });

  it('leave out garbage collection, inside a script or outside', () => {
    const events = [
      main,
      event('RunTask', 0, 100),
      event('FunctionCall', 10, 40),
      event('MajorGC', 20, 10),
      event('MinorGC', 60, 10),
    ];
    expect(tasksOf(events)).toEqual([{ wallMs: 100, scriptMs: 15 }]);
  });

  it('are only those of main threads, without scripts outside a task', () => {
    const events = [
      main,
      thread(2, 'DedicatedWorker thread'),
      event('RunTask', 0, 100),
      event('RunTask', 0, 200, 2),
      event('FunctionCall', 150, 10),
    ];
    expect(tasksOf(events)).toEqual([{ wallMs: 100, scriptMs: 0 }]);
  });
});
