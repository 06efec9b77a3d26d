/**
 * The bounds and labelled values of a vertical axis. Bounds are round numbers (1, 2 or 5 times a power of ten), so
 * that an axis stays still while values arrive.
 */

import { spreadIndices } from '../../kit/spread-indices.js';

/** An axis's lowest and highest value. */
export type Bounds = [lowest: number, highest: number];

const mantissas = [1, 2, 5] as const;

/** Read from text, because `**` may miss the nearest double, and a tick must print as `1e-23`. */
function scaled(mantissa: number, exponent: number): number {
  return Number(`${mantissa}e${exponent}`);
}

/** The largest round number not above a positive value. */
export function roundDown(value: number): number {
  const exponent = Math.floor(Math.log10(value));
  for (const mantissa of [...mantissas, 10].reverse()) {
    const candidate = scaled(mantissa, exponent);
    if (candidate <= value) return candidate;
  }
  return scaled(5, exponent - 1);
}

/** The smallest round number not below a positive value. */
export function roundUp(value: number): number {
  const exponent = Math.floor(Math.log10(value));
  for (const mantissa of [...mantissas, 10]) {
    const candidate = scaled(mantissa, exponent);
    if (candidate >= value) return candidate;
  }
  return scaled(2, exponent + 1);
}

/**
 * The positive value below which a given share of all values lies (0 … 1); undefined if none is positive. A rate that
 * falls to zero passes through ever smaller numbers within a few steps; they must not dominate the axis.
 */
export function lowShare(values: readonly number[], share: number): number | undefined {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value)).sort((a, b) => a - b);
  return positive[Math.min(positive.length - 1, Math.floor(positive.length * share))];
}

/** A logarithmic axis that shows `lowest` to `highest`, both positive, over at least a factor of ten. */
export function logBounds(lowest: number, highest: number): Bounds {
  let low = roundDown(Math.min(lowest, highest));
  let high = roundUp(Math.max(lowest, highest));
  while (high / low < 9.99) {
    if (highest / low > high / lowest) high = roundUp(high * 1.01);
    else low = roundDown(low * 0.99);
  }
  return [low, high];
}

/** A linear axis from zero to a little above `highest`. */
export function linearBounds(highest: number): Bounds {
  if (!(highest > 0) || !Number.isFinite(highest)) return [0, 1];
  const unit = 10 ** (Math.floor(Math.log10(highest)) - 1);
  const high = Math.ceil((highest * 1.04) / unit) * unit;
  return [0, Number.isFinite(high) ? Number(high.toPrecision(6)) : highest];
}

/** Round values on a logarithmic axis, at most `room` of them if possible: 1-2-5, or whole powers of ten. */
export function logTicks([lowest, highest]: Bounds, room: number): number[] {
  const from = Math.floor(Math.log10(lowest) + 1e-9);
  const to = Math.ceil(Math.log10(highest) - 1e-9);
  const within = (value: number): boolean => value >= lowest * 0.999999 && value <= highest * 1.000001;
  const ticks = (used: readonly number[], every: number): number[] => {
    const values: number[] = [];
    for (let exponent = from; exponent <= to; exponent++) {
      if (exponent % every !== 0) continue;
      values.push(...used.map((mantissa) => scaled(mantissa, exponent)).filter(within));
    }
    return values;
  };
  const fine = ticks(mantissas, 1);
  if (fine.length <= room) return fine;
  for (let every = 1; every <= to - from; every++) {
    const coarse = ticks([1], every);
    if (coarse.length <= room && coarse.length > 1) return coarse;
  }
  // A short axis may contain fewer than two powers of ten; then some of the finer values are labelled.
  return spreadIndices(fine.length, Math.max(room, 2)).map((index) => fine[index]);
}

/** Round values on a linear axis, at most `room` of them; `whole` keeps them integers. */
export function linearTicks([lowest, highest]: Bounds, room: number, whole = false): number[] {
  const span = highest - lowest;
  if (!(span > 0) || !Number.isFinite(span)) return [lowest];
  const most = Math.max(room, 2);
  let step = roundDown(span / most);
  if (whole) step = Math.max(1, step);
  while (Math.floor(span / step + 1e-9) + 1 > most) step = roundUp(step * 1.01);
  const first = Math.ceil(lowest / step - 1e-9);
  const last = Math.floor(highest / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}
