/**
 * How long JavaScript ran, by V8's sampling profiler. It tells JavaScript from the tasks around it, which a main thread
 * also has: waking up, reading what the GPU process sent, looking for the next task.
 */

/** What is used of a CPU profile in the DevTools protocol (`Profiler.Profile`). */
export interface CpuProfile {
  nodes: readonly {
    id: number;
    callFrame: { functionName: string; url: string };
    children?: readonly number[];
  }[];
  /** The node of each sample. */
  samples?: readonly number[];
  /** Microseconds between each sample and the one before. */
  timeDeltas?: readonly number[];
}

/** What V8 calls the time in which no JavaScript is on the stack: asleep, or in tasks of the program around it. */
const elsewhere: ReadonlySet<string> = new Set(['(root)', '(idle)', '(program)']);

/**
 * Milliseconds in JavaScript itself, in promise jobs, in garbage collection, and in native functions that JavaScript called.
 *
 * @param isPoll tells functions that are none of the work's, by name and address; what they call counts
 */
export function javascriptMs({ nodes, samples = [], timeDeltas = [] }: CpuProfile): number {
  const outside = new Set(
    nodes.filter(({ callFrame }) => elsewhere.has(callFrame.functionName)).map(({ id }) => id),
  );
  const microseconds = samples.reduce(
    (sum, id, index) => (outside.has(id) ? sum : sum + timeDeltas[index]),
    0,
  );
  return microseconds / 1000;
}
