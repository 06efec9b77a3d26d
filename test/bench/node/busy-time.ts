import { createHook, executionAsyncResource } from 'node:async_hooks';

/**
 * Adds up the time in which this thread worked for promises and timers. Dawn looks for finished work in immediates,
 * round and round while anything is awaited; those are left out.
 *
 * @returns a function that tells the milliseconds so far
 */
export function watchBusyTime(): () => number {
  let [total, depth, begin] = [0, 0, 0];
  const isPoll = () => executionAsyncResource().constructor.name === 'Immediate';
  createHook({
    before() {
      if (!isPoll() && depth++ === 0) begin = performance.now();
    },
    after() {
      if (!isPoll() && --depth === 0) total += performance.now() - begin;
    },
  }).enable();
  // Whoever asks is itself at work.
  return () => total + (depth > 0 ? performance.now() - begin : 0);
}
