import { createHook, executionAsyncResource } from 'node:async_hooks';

/**
 * Adds up the time in which this thread works for promises and timers until `work` is done. It leaves out immediates, in
 * which Dawn repeatedly looks for finished work while anything is awaited.
 */
export async function timeBusy<Result>(
  work: () => Promise<Result>,
): Promise<{ result: Result; busyMs: number }> {
  let [total, depth, begin] = [0, 0, 0];
  const isPoll = () => executionAsyncResource().constructor.name === 'Immediate';
  // On only during the work: hooks make every promise slower.
  const hook = createHook({
    before() {
      if (!isPoll() && depth++ === 0) begin = performance.now();
    },
    after() {
      // Work that began before the hook was on also ends.
      if (!isPoll() && depth > 0 && --depth === 0) total += performance.now() - begin;
    },
  }).enable();
  try {
    // In a promise job of its own, so that its beginning counts.
    const result = await Promise.resolve().then(work);
    // The caller itself is running.
    return { result, busyMs: total + (depth > 0 ? performance.now() - begin : 0) };
  } finally {
    hook.disable();
  }
}
