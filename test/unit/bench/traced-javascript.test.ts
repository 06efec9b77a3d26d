import { describe, expect, it } from 'vitest';

import { javascriptMs } from '../../bench/browser/traced-javascript.js';

const event = (name: string, ts: number, dur: number, tdur: number, tid = 1) => ({
  name,
  pid: 1,
  tid,
  ts,
  dur,
  tdur,
});

describe('the time in JavaScript, from a trace', () => {
  it('adds up the processor time of callbacks, promise jobs and collections', () => {
    const events = [
      event('FunctionCall', 0, 900, 200),
      event('RunMicrotasks', 1000, 900, 300),
      event('MinorGC', 2000, 900, 500),
    ];
    expect(javascriptMs(events)).toBe(1);
  });

  it('counts nested events once, in any order', () => {
    const events = [event('MinorGC', 200, 100, 100), event('RunMicrotasks', 0, 1000, 500)];
    expect(javascriptMs(events)).toBe(0.5);
  });

  it('is counted for each thread', () => {
    const events = [event('RunMicrotasks', 0, 1000, 500), event('RunMicrotasks', 100, 1000, 500, 2)];
    expect(javascriptMs(events)).toBe(1);
  });

  it("leaves out the browser's own tasks, and events without a length", () => {
    const instant = { name: 'RunMicrotasks', pid: 1, tid: 1, ts: 5000 };
    expect(javascriptMs([event('RunTask', 0, 1000, 1000), instant])).toBe(0);
  });
});
