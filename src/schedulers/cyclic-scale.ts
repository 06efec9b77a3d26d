/** How the cycles of CyclicLR change in height: its three modes. */
import { divide, power } from './arithmetic.js';

/** CyclicLR's modes: equal cycles, each half as high as the last, or lower at each step. */
export const cyclicModes = ['triangular', 'triangular2', 'exp_range'] as const;

/** What a cycle's height depends on: the number of the cycle, counted from 1, or the number of the step. */
export const scaleModes = ['cycle', 'iterations'] as const;

/** One of CyclicLR's modes. */
export type CyclicMode = (typeof cyclicModes)[number];

/** What a cycle's height depends on. */
export type ScaleMode = (typeof scaleModes)[number];

/** What the height of a mode depends on. */
export const scaleModeOf: Record<CyclicMode, ScaleMode> = {
  triangular: 'cycle',
  triangular2: 'cycle',
  exp_range: 'iterations',
};

/** The height of a cycle in a mode, as a share of the distance between the bounds. */
export function scaleOfMode(mode: CyclicMode, gamma: number, x: number): number {
  switch (mode) {
    case 'triangular':
      return 1;
    case 'triangular2':
      return divide(1, power(2, x - 1));
    case 'exp_range':
      return power(gamma, x);
  }
}
