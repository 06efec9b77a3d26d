/** A number in decimal notation, or NaN; `Number('')` would be 0 and `Number('0x1f')` 31, which no person means. */
export function numberOf(text: string): number {
  return /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(text) ? Number(text) : NaN;
}
