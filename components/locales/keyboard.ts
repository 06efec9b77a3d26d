import { keyboardEn } from './keyboard-en.js';
import type { KeyboardTerms } from './keyboard-terms.js';
import type { Terms } from './terms.js';

/** The words of the list of keys in the language of other terms. */
export const keyboardTerms = ({ keyboard }: Partial<Pick<Terms, 'keyboard'>>): KeyboardTerms =>
  keyboard ?? keyboardEn;
