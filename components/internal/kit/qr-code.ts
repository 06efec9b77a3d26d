/** A link as a QR code, for a classroom: the code itself loads only when one is asked for. */
import { svg, type TemplateResult } from 'lit';

/** The most characters of a link that a projector's code can still hold and a phone can read. */
export const longestQrText = 1200;

/** White modules around the code, which readers need. */
const border = 3;

/** The code as an SVG path in a square view box; undefined for a text that is too long for one. */
export async function qrCode(text: string): Promise<{ view: string; path: TemplateResult<2> } | undefined> {
  if (text.length > longestQrText) return undefined;
  const { encode } = await import('uqr');
  const { data, size } = encode(text, { ecc: 'L', border });
  const path = data
    .flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join('');
  return { view: `0 0 ${size} ${size}`, path: svg`<path d=${path} />` };
}
