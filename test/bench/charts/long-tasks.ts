import type { TraceEvent } from '../browser/traced-javascript.js';

/** A task of a page's main thread: its wall time, and the time of our JavaScript in it. */
export interface Task {
  wallMs: number;
  /** Processor time of the page's scripts and what they call, without garbage collection. */
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
 * thread; only `wallMs` includes that, and the time in which other threads used the processor.
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
  /** Whether an event is inside an earlier one of its kind and thread, and therefore counted already. */
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
