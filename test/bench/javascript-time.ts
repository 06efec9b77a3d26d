/**
 * How long JavaScript ran, by V8's sampling profiler, which tells it from the rest of what a thread does: waking up,
 * reading messages of the GPU process, finding the next task.
 */

/** What is used of a CPU profile (`Profiler.Profile` of the DevTools protocol). */
export interface CpuProfile {
  /** The functions that were seen, once for each way they were called. */
  nodes: readonly ProfileNode[];
  /** The node on top of the stack, for each sample. */
  samples?: readonly number[];
  /** Microseconds from the sample before, or from the start, to each sample. */
  timeDeltas?: readonly number[];
}

interface ProfileNode {
  id: number;
  /** The address is empty for native functions, and for what is no function at all. */
  callFrame: { functionName: string; url: string };
  children?: readonly number[];
}

/** V8's names for the time in which no JavaScript is on the stack: asleep, or in the program around it. */
const outside: ReadonlySet<string> = new Set(['(root)', '(idle)', '(program)']);

/**
 * Milliseconds in JavaScript itself, promise jobs, garbage collection, and native functions that JavaScript called.
 * What is built into Node does not count, nor do native functions that it calls: its event loop, Dawn's search for
 * finished work in immediates, round and round while anything is awaited, and the door to the profiler.
 */
export function javascriptMs({ nodes, samples = [], timeDeltas = [] }: CpuProfile): number {
  const callers = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node])));
  const isOfNode = ({ id, callFrame: { url } }: ProfileNode): boolean => {
    const caller = callers.get(id);
    return url === '' && caller ? isOfNode(caller) : url.startsWith('node:');
  };
  const elsewhere = new Set(
    nodes.filter((node) => outside.has(node.callFrame.functionName) || isOfNode(node)).map(({ id }) => id),
  );
  const microseconds = samples.reduce(
    (sum, id, index) => (elsewhere.has(id) ? sum : sum + timeDeltas[index]),
    0,
  );
  return microseconds / 1000;
}

/** A command to V8's profiler, through whichever door to it there is. */
export type SendToProfiler = (
  command:
    | 'Profiler.enable'
    | 'Profiler.setSamplingInterval'
    | 'Profiler.start'
    | 'Profiler.stop'
    | 'Profiler.disable',
  parameters?: { interval: number },
) => Promise<unknown>;

/** Microseconds between samples. */
const samplingInterval = 200;

/** Milliseconds of JavaScript while `work` goes on; the profiler, which slows it a little, is on for no longer. */
export async function profileJavascript(send: SendToProfiler, work: () => Promise<unknown>): Promise<number> {
  await send('Profiler.enable');
  await send('Profiler.setSamplingInterval', { interval: samplingInterval });
  await send('Profiler.start');
  await work();
  const { profile } = (await send('Profiler.stop')) as { profile: CpuProfile };
  await send('Profiler.disable');
  return javascriptMs(profile);
}
