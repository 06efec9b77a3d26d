/** Numbers in the form people read. Learning rates look as PyTorch prints them, the same in every language. */

/** Stands for a missing number. */
export const noValue = '–';

/** Short scientific notation: `3.16e-5`, `1e-5`. */
function scientific(value: number): string {
  return value
    .toExponential(2)
    .replace(/\.?0+e/, 'e')
    .replace('e+', 'e');
}

/** A learning rate in at most four significant digits: `0.1`, `0.0227`, `1e-5`. */
export function formatRate(rate: number): string {
  if (rate === 0 || !Number.isFinite(rate)) return String(rate);
  const size = Math.abs(rate);
  if (size >= 1e-3 && size < 1e5) return String(Number(rate.toPrecision(4)));
  return scientific(rate);
}

/** A loss with four significant digits and a steady width: `0.1823`, `2.303`, `1.2e-5`; NaN and Infinity by name. */
export function formatLoss(value: number | undefined): string {
  if (value === undefined) return noValue;
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return scientific(value);
  if (size < 1) return value.toFixed(4);
  return value.toPrecision(Math.max(4, Math.ceil(Math.log10(size + 1))));
}

/** Seconds as `m:ss`, or `h:mm:ss` from one hour; rounded to whole seconds. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** Steps per second: one decimal below ten, whole above, so that the width changes little. */
export function speedDigits(speed: number): Intl.NumberFormatOptions {
  const digits = speed < 10 ? 1 : 0;
  return { minimumFractionDigits: digits, maximumFractionDigits: digits };
}

/** Bytes in megabytes of 10^6 bytes, as downloads are counted, with one decimal. */
export function megabytes(bytes: number): number {
  return Math.round(bytes / 1e5) / 10;
}
