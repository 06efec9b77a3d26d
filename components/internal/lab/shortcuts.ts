/** The letters that press a button of a lab. No slider, radio button or chart uses them, and no browser without a modifier. */
import { nothing } from 'lit';
import type { Lab } from '../../../src/lab/index.js';
import { viewOf } from './lab-view.js';

/** The letter of each button that has one. */
export const shortcutKeys = { train: 's', swap: 'w', race: 'r', fork: 'k' } as const;

/** A button with a letter. */
export type Shortcut = keyof typeof shortcutKeys;

/** The `aria-keyshortcuts` of a button, where an element around it listens to the letters. */
export function shortcutOf(lab: Lab, shortcut: Shortcut): string | typeof nothing {
  return viewOf(lab).hasShortcuts.value ? shortcutKeys[shortcut] : nothing;
}
