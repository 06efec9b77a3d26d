import { css, unsafeCSS } from 'lit';
import { runColors } from '../run-style.js';

/** The styles of a run's line beside its name, see `keyGlyph`. */
export const runSwatchStyles = css`
  .key {
    flex: none;
    inline-size: 22px;
    block-size: 12px;
    fill: none;
    stroke: currentColor;
  }

  ${unsafeCSS(runColors.map((color, index) => `.run-${index} { color: ${color}; }`).join('\n'))}

  @media (forced-colors: active) {
    .key {
      color: CanvasText;
    }
  }
`;
