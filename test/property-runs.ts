/**
 * fast-check as the property tests use it: with the number of cases and the seed set. No test imports another.
 * `npm test` always tries the same 500 cases, so that it fails only for a reason; `npm run test:soak` tries 20,000 new ones.
 */
import fc from 'fast-check';

/** Whether this is the long run. */
export const isSoak = process.env.LR_LAB_SOAK === '1';

/** The random cases of each property. */
export const runs = isSoak ? 20_000 : 500;

/** The seed of the random cases; the environment variable LR_LAB_SEED sets another. */
export const seed = Number(process.env.LR_LAB_SEED ?? 1);

/** How long a test may take, in milliseconds; far more than it does, for machines that are busy with other things. */
export const timeLimit = isSoak ? 3_600_000 : 60_000;

fc.configureGlobal({ numRuns: runs, seed });
export { fc };

/** Vitest calls it once, before all tests. */
export function setup(): void {
  console.log(`property tests: ${runs} cases each, seed ${seed} (LR_LAB_SEED=${seed} repeats them)`);
}
