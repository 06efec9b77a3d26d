/** The two ways from one value to another that OneCycleLR and SWALR offer. */

/** The names of the ways: half a cosine wave, or a straight line. */
export const annealStrategies = ['cos', 'linear'] as const;

/** The name of a way. */
export type AnnealStrategy = (typeof annealStrategies)[number];
