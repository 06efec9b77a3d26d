import type { Browser, Page } from '@playwright/test';

/** What is used of an event in Chromium's trace: microseconds by the clock, and of the thread on its processor. */
export interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
}

/** Whatever makes JavaScript run: callbacks, promise jobs, scripts; and the garbage collector. They may nest. */
const javascript: ReadonlySet<string> = new Set([
  'FunctionCall',
  'RunMicrotasks',
  'EvaluateScript',
  'v8.callFunction',
  'MinorGC',
  'MajorGC',
]);

/** Milliseconds that threads worked in JavaScript, with all that it calls, and for its garbage. */
export function javascriptMs(events: readonly TraceEvent[]): number {
  const spans = events
    .filter(({ name, dur }) => dur !== undefined && javascript.has(name))
    .sort((a, b) => a.ts - b.ts || b.dur! - a.dur!);
  const ends = new Map<string, number>();
  let microseconds = 0;
  for (const { pid, tid, ts, dur = 0, tdur = 0 } of spans) {
    const thread = `${pid} ${tid}`;
    // Within an earlier one it has been counted.
    if (ts < (ends.get(thread) ?? -Infinity)) continue;
    ends.set(thread, ts + dur);
    microseconds += tdur;
  }
  return microseconds / 1000;
}

/** Milliseconds of JavaScript while `work` goes on; the pages that wait have none. */
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
