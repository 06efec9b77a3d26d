import type { Browser, Page } from '@playwright/test';

/** The used fields of an event in Chromium's trace: microseconds of wall time, and of the thread's processor time. */
export interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
}

/** Events in which JavaScript runs: callbacks, promise jobs, scripts; and the garbage collector. They may nest. */
const javascript: ReadonlySet<string> = new Set([
  'FunctionCall',
  'RunMicrotasks',
  'EvaluateScript',
  'v8.callFunction',
  'MinorGC',
  'MajorGC',
]);

/** Milliseconds of processor time in JavaScript, with everything that it calls, and in garbage collection. */
export function javascriptMs(events: readonly TraceEvent[]): number {
  const spans = events
    .filter(({ name, dur }) => dur !== undefined && javascript.has(name))
    .sort((a, b) => a.ts - b.ts || b.dur! - a.dur!);
  const ends = new Map<string, number>();
  let microseconds = 0;
  for (const { pid, tid, ts, dur = 0, tdur = 0 } of spans) {
    const thread = `${pid} ${tid}`;
    // An event inside an earlier one is counted already.
    if (ts < (ends.get(thread) ?? -Infinity)) continue;
    ends.set(thread, ts + dur);
    microseconds += tdur;
  }
  return microseconds / 1000;
}

/** Milliseconds of JavaScript during `work`; pages that wait have none. */
export async function traceJavascript(
  browser: Browser,
  page: Page,
  work: () => Promise<unknown>,
): Promise<number> {
  await browser.startTracing(page, {
    categories: ['-*', 'devtools.timeline', 'v8.execute', 'disabled-by-default-v8.gc'],
  });
  await work();
  const trace = (await browser.stopTracing()).toString();
  return javascriptMs((JSON.parse(trace) as { traceEvents: TraceEvent[] }).traceEvents);
}
