import { badValue } from '../../../src/errors.js';

/** A number in decimal notation, or NaN. `Number('')` is 0 and `Number('0x1f')` is 31, which nobody means. */
export function numberOf(text: string): number {
  return /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(text) ? Number(text) : NaN;
}

/** Like {@link numberOf}, for a single number, whose point may be a comma: `0,1`. */
export function decimalOf(text: string): number {
  return numberOf(/^[^.,]*,[^.,]*$/.test(text) ? text.replace(',', '.') : text);
}

/** Reads a learning rate. @throws InputError for a text that is not a number above 0 */
export function rateFrom(text: string): number {
  const rate = decimalOf(text);
  if (Number.isFinite(rate) && rate > 0) return rate;
  throw badValue('lr', `"${text}"`, 'number > 0');
}

/** Reads a step between two others; undefined for any other text. */
export function stepFrom(text: string, from: number, to: number): number | undefined {
  const step = numberOf(text);
  return Number.isInteger(step) && step >= from && step <= to ? step : undefined;
}
