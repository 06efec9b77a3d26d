import { experimentsEn } from './experiments-en.js';
import { experimentsZh } from './experiments-zh.js';
import type { ExperimentTerms } from './experiment-terms.js';
import type { Terms } from './terms.js';

/** The words of `<lr-experiment>` in the language of other terms. */
export const experimentTerms = ({ $code }: Pick<Terms, '$code'>): ExperimentTerms =>
  $code === 'zh' ? experimentsZh : experimentsEn;
