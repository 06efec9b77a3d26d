import type { BenchCase } from './networks.js';

/** One way to train, made ready for one case. */
export interface Contestant {
  /** Makes `steps` updates; returns the loss of each, before its update, once all have come back from the device. */
  run(steps: number): Promise<readonly number[]>;
  /** Frees everything. */
  dispose(): void | Promise<void>;
}

/** Makes a contestant ready. */
export type Enter = (benchCase: BenchCase) => Promise<Contestant>;

/** Who competes, each with its own module, so that a page or a process loads nothing of the others. */
export const contestants = {
  'lr-lab': async () => (await import('./contestants/lr-lab.js')).enterLrLab,
  'tfjs-eager': async () => (await import('./contestants/tfjs-eager.js')).enterTfjsEager,
  'jax-jit': async () => (await import('./contestants/jax-jit.js')).enterJaxJit,
} satisfies Record<string, () => Promise<Enter>>;

/** The name of a contestant. */
export type ContestantName = keyof typeof contestants;

/** Steps whose losses are fetched together, and how many such fetches may be under way. */
const stepsPerRead = 8;
const readsUnderWay = 2;

/**
 * Runs a framework that queues a step and reads losses later: it never waits for the device while a few steps are
 * queued, and never queues without end.
 *
 * @param step queues the step of this number and returns its loss on the device
 * @param read fetches losses and frees them
 */
export function makeContestant<Loss>(
  step: (index: number) => Loss,
  read: (losses: readonly Loss[]) => Promise<ArrayLike<number>>,
  dispose: () => void,
): Contestant {
  let made = 0;
  return {
    async run(steps) {
      const reads: Promise<ArrayLike<number>>[] = [];
      for (let left = steps; left > 0; left -= stepsPerRead) {
        const queued = Array.from({ length: Math.min(left, stepsPerRead) }, () => step(made++));
        reads.push(read(queued));
        await reads.at(-readsUnderWay);
      }
      return (await Promise.all(reads)).flatMap((losses) => Array.from(losses));
    },
    dispose,
  };
}
