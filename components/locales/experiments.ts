import { experimentsEn } from './experiments-en.js';
import type { ExperimentTerms } from './experiment-terms.js';
import type { Terms } from './terms.js';

/** The words of `<lr-experiment>` in the language of other terms. */
export const experimentTerms = ({ experiments }: Pick<Terms, 'experiments'>): ExperimentTerms =>
  experiments ?? experimentsEn;
