/** What stands where there is no number to show. */
export const noValue = '–';

/** Short scientific notation: `3.16e-5`, `1e-5`. */
function scientific(value: number, digits: number): string {
  return value
    .toExponential(digits)
    .replace(/\.?0+e/, 'e')
    .replace('e+', 'e');
}

/** A loss with four significant digits and a steady width: `0.1823`, `2.303`, `1.2e-5`; NaN and Infinity by name. */
export function formatLoss(value: number | undefined): string {
  if (value === undefined) return noValue;
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return scientific(value, 2);
  if (size < 1) return value.toFixed(4);
  return value.toPrecision(Math.max(4, Math.ceil(Math.log10(size + 1))));
}
