/** The bounds of a config that elements know without the rest of it. */

/** The most epochs of a run, steps of an epoch, and images of a batch. */
const mostCounted = 1_000_000;

/** What {@link isCount} accepts, in words. */
export const countRange = `1 ≤ integer ≤ ${mostCounted}`;

/** Whether a value is a number of epochs, steps or images. */
export const isCount = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= mostCounted;
