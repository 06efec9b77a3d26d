import type { BenchCase } from './networks.js';

/** One way to train, prepared for one case. */
export interface Contestant {
  /** Makes `steps` updates; returns the loss of each, before its update, once all have been read back from the device. */
  run(steps: number): Promise<readonly number[]>;
  /** Frees everything. */
  dispose(): void | Promise<void>;
}

/** Prepares a contestant. */
export type Enter = (benchCase: BenchCase) => Promise<Contestant>;

/** The contestants, loaded on demand, so that a page or a process loads only one framework. */
export const contestants = {
  'lr-lab': async () => (await import('./contestants/lr-lab.js')).enterLrLab,
  'lr-lab-1': async () => (await import('./contestants/lr-lab.js')).enterLrLabWith(1),
  'lr-lab-8': async () => (await import('./contestants/lr-lab.js')).enterLrLabWith(8),
  'tfjs-eager': async () => (await import('./contestants/tfjs-eager.js')).enterTfjsEager,
  'jax-jit': async () => (await import('./contestants/jax-jit.js')).enterJaxJit,
} satisfies Record<string, () => Promise<Enter>>;

/** The name of a contestant. */
export type ContestantName = keyof typeof contestants;

/** Steps whose losses are read together, and how many such reads may be in flight. */
const stepsPerRead = 8;
const readsUnderWay = 2;

/**
 * Runs a framework that queues a step and reads losses later: it never waits for the device while only a few steps are
 * queued, and never queues without a limit.
 *
 * @param step queues the step of this number and returns its loss on the device
 * @param read reads losses and frees them
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
