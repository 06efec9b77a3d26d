import type { TraceEvent } from '../browser/traced-javascript.js';

/** A task of a page's main thread: how long it took by the clock, and how long our JavaScript worked in it. */
export interface Task {
  wallMs: number;
  /** Of the processor's time, what the page's scripts call included, garbage collection left out. */
  scriptMs: number;
}

/** An event of a trace that may name a thread. */
export interface TaskEvent extends TraceEvent {
  args?: { name?: string };
}

const scripts: ReadonlySet<string> = new Set([
  'FunctionCall',
  'RunMicrotasks',
  'EvaluateScript',
  'v8.callFunction',
]);
const collections: ReadonlySet<string> = new Set(['MinorGC', 'MajorGC']);

/**
 * The tasks of the main threads of pages, from a trace. The browser draws canvases, lays out and paints in the same
 * thread; that is in `wallMs` alone, and so is the time in which others had the processor.
 */
export function tasksOf(events: readonly TaskEvent[]): Task[] {
  const threadOf = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;
  const mainThreads = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(threadOf),
  );
  const spans = events
    .filter((event) => event.dur !== undefined && mainThreads.has(threadOf(event)))
    .sort((a, b) => a.ts - b.ts || b.dur! - a.dur!);
  const tasks: Task[] = [];
  const ends = new Map<string, number>();
  /** Whether an event lies in an earlier one of its kind and thread, in which it has been counted. */
  const isNested = (kind: string, event: TraceEvent): boolean => {
    const key = `${kind} ${threadOf(event)}`;
    if (event.ts < (ends.get(key) ?? -Infinity)) return true;
    ends.set(key, event.ts + event.dur!);
    return false;
  };
  const current = new Map<string, Task>();
  for (const event of spans) {
    const { name, ts, dur = 0, tdur = 0 } = event;
    const thread = threadOf(event);
    if (name === 'RunTask') {
      if (isNested('task', event)) continue;
      const task = { wallMs: dur / 1000, scriptMs: 0 };
      current.set(thread, task);
      tasks.push(task);
      continue;
    }
    const task = current.get(thread);
    if (task === undefined || ts >= (ends.get(`task ${thread}`) ?? -Infinity)) continue;
    if (scripts.has(name)) {
      if (!isNested('script', event)) task.scriptMs += tdur / 1000;
    } else if (collections.has(name)) {
      const isInScript = ts < (ends.get(`script ${thread}`) ?? -Infinity);
      if (!isNested('collection', event) && isInScript) task.scriptMs -= tdur / 1000;
    }
  }
  return tasks;
}
