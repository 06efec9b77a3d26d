/** A link as a QR code, for a classroom: the code itself loads only when one is asked for. */
import { css, html, svg, type TemplateResult } from 'lit';
import type { Terms } from '../../locales/terms.js';

/** The most characters of a link that a projector's code can still hold and a phone can read. */
const longestText = 1200;

/** White modules around the code, which readers need. */
const border = 3;

/** A code as an SVG path in a square view box, or the length of a text that is too long for one. */
export type QrCode =
  { readonly view: string; readonly path: TemplateResult<2> } | { readonly length: number };

/** The code of a text. */
export async function qrCode(text: string): Promise<QrCode> {
  if (text.length > longestText) return { length: text.length };
  const { encode } = await import('uqr');
  const { data, size } = encode(text, { ecc: 'L', border });
  const path = data
    .flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join('');
  return { view: `0 0 ${size} ${size}`, path: svg`<path d=${path} />` };
}

/** A code as an image, or the sentence that its link is too long. */
export function qrView(
  qr: QrCode,
  { share }: Pick<Terms, 'share'>,
  count: (value: number) => string,
): TemplateResult {
  if ('length' in qr)
    return html`<p class="qr-text" role="status">
      ${share.qrTooLong(count(qr.length), count(longestText))}
    </p>`;
  return html`<svg class="qr" viewBox=${qr.view} role="img" aria-label=${share.qrOf}>${qr.path}</svg>`;
}

/** The styles of {@link qrView}: black on white in every theme, as readers need it. */
export const qrStyles = css`
  .qr,
  .qr-text {
    flex: 0 0 100%;
    margin: 6px 0 0;
  }

  .qr {
    inline-size: min(260px, 100%);
    max-inline-size: 260px;
    background: #ffffff;
    fill: #000000;
    forced-color-adjust: none;
  }
`;
