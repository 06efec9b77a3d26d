/**
 * How long JavaScript ran, by V8's sampling profiler, which distinguishes it from the rest of a thread's work: waking up,
 * reading messages of the GPU process, finding the next task.
 */

/** The used fields of a CPU profile (`Profiler.Profile` of the DevTools protocol). */
export interface CpuProfile {
  /** The functions in the samples, once for each call path. */
  nodes: readonly ProfileNode[];
  /** The node on top of the stack, for each sample. */
  samples?: readonly number[];
  /** Microseconds from the sample before, or from the start, to each sample. */
  timeDeltas?: readonly number[];
}

interface ProfileNode {
  id: number;
  /** The address is empty for native functions, and for entries that are not functions. */
  callFrame: { functionName: string; url: string };
  children?: readonly number[];
}

/** V8's names for the time without JavaScript on the stack: idle, or in the surrounding program. */
const outside: ReadonlySet<string> = new Set(['(root)', '(idle)', '(program)']);

/**
 * Milliseconds in JavaScript itself, promise jobs, garbage collection, and native functions that JavaScript called.
 * Node's built-in code and the native functions that it calls do not count: its event loop, Dawn's repeated search for
 * finished work in immediates while anything is awaited, and the interface of the profiler.
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

/** A command to V8's profiler, through the available interface. */
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

/** Milliseconds of JavaScript during `work`; the profiler, which slows it a little, is on only then. */
export async function profileJavascript(send: SendToProfiler, work: () => Promise<unknown>): Promise<number> {
  await send('Profiler.enable');
  await send('Profiler.setSamplingInterval', { interval: samplingInterval });
  await send('Profiler.start');
  await work();
  const { profile } = (await send('Profiler.stop')) as { profile: CpuProfile };
  await send('Profiler.disable');
  return javascriptMs(profile);
}
