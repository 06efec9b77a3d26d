/** The two curves from one value to another that OneCycleLR and SWALR offer. */

/** The names of the curves: half a cosine wave, or a straight line. */
export const annealStrategies = ['cos', 'linear'] as const;

/** The name of a curve. */
export type AnnealStrategy = (typeof annealStrategies)[number];
