import { badValue } from '../../../src/errors.js';

/** A number in decimal notation, or NaN; `Number('')` would be 0 and `Number('0x1f')` 31, which no person means. */
export function numberOf(text: string): number {
  return /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(text) ? Number(text) : NaN;
}

/** A learning rate from what a person typed. @throws InputError for what is no number above 0 */
export function rateFrom(text: string): number {
  const rate = numberOf(text);
  if (Number.isFinite(rate) && rate > 0) return rate;
  throw badValue('lr', `"${text}"`, 'number > 0');
}

/** A step from what a person typed; undefined for what is no step of these. */
export function stepFrom(text: string, from: number, to: number): number | undefined {
  const step = numberOf(text);
  return Number.isInteger(step) && step >= from && step <= to ? step : undefined;
}
