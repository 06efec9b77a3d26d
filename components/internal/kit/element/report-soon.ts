import type { Problem } from '../../../../src/errors.js';

/**
 * Reports a problem of the attributes as `lr-error`. A script that imports the elements hears of those that were on the
 * page before: the event comes once the script has had its turn.
 */
export function reportSoon(target: EventTarget, { message, code }: Problem): void {
  const event = new CustomEvent('lr-error', { detail: { message, code }, bubbles: true, composed: true });
  setTimeout(() => target.dispatchEvent(event));
}
