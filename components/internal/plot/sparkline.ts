import { css, svg, type SVGTemplateResult } from 'lit';
import { curvePath } from './lines/curve-path.js';

/** The styles of a {@link sparkline}. */
export const sparklineStyles = css`
  .sparkline {
    display: block;
    inline-size: 100%;
    block-size: 100%;
    overflow: visible;
  }

  .sparkline path {
    fill: none;
    stroke: var(--run-b);
    stroke-width: 2;
    stroke-linejoin: round;
    stroke-linecap: round;
    vector-effect: non-scaling-stroke;
  }

  @media (forced-colors: active) {
    .sparkline path {
      stroke: CanvasText;
    }
  }
`;

/** A curve without axes that fills its box. It is decorative; the words belong beside it. */
export function sparkline(values: Parameters<typeof curvePath>[0]): SVGTemplateResult {
  const width = 320;
  const height = 56;
  return svg`<svg class="sparkline" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true">
    <path d=${curvePath(values, width, height)}></path>
  </svg>`;
}
