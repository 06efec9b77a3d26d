import type { LoadProgress, RangeTest, RangeTestOptions } from '../../training/index.js';
import type { LoadListener } from '../../worker/index.js';
import type { RunDriver } from './run-driver.js';
import { checkNotHeld } from './run-driver.js';
import { listener, silence, type WorkerClient } from './worker-client.js';

/** What a range test works with. */
interface RangeTestTerms {
  readonly client: WorkerClient;
  /** The progress of the test; undefined at its end. */
  readonly onProgress: (progress: LoadProgress | undefined) => void;
  readonly signal?: AbortSignal;
}

/**
 * Lets the worker try rising rates on a temporary copy of a run.
 *
 * @throws InputError `held`, or for rates that cannot be tried; the signal's reason once that is aborted
 */
export async function testRates(
  driver: RunDriver,
  options: RangeTestOptions,
  { client, onProgress, signal }: RangeTestTerms,
): Promise<RangeTest> {
  checkNotHeld(driver.run);
  signal?.throwIfAborted();
  let tested: string | undefined;
  const load = listener<LoadListener>({ progress: onProgress });
  const abort = () => {
    if (tested !== undefined) void client.ask((worker) => worker.abort('rangeTest', tested));
  };
  signal?.addEventListener('abort', abort);
  try {
    return await driver.call((worker, id) => {
      // While the run was being prepared there was no test to abort.
      signal?.throwIfAborted();
      tested = id;
      return worker.rangeTest(id, options, load);
    });
  } finally {
    signal?.removeEventListener('abort', abort);
    // Progress may arrive after the answer.
    silence(load);
    onProgress(undefined);
  }
}
