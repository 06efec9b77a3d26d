/**
 * The styles that all elements share.
 *
 * Every colour and size has two names. `--lr-surface` is for the embedding page, which may set it on any ancestor of
 * an element; no element sets it. `--surface` is what the elements' own styles read: the page's value, or the
 * default. The default has both colours in one `light-dark()`, which follows the inherited `color-scheme`. So a leaf
 * looks right inside `<lr-lab theme="dark">`, inside a dark page, and alone on a white one.
 */
import { css } from 'lit';

/**
 * Design tokens; the first of every element's styles. A page sets some of them and the others follow:
 *
 * @cssprop --lr-page - Background behind the cards.
 * @cssprop --lr-surface - Background of cards, fields and menus.
 * @cssprop --lr-text - Text. Muted text and borders follow from it.
 * @cssprop --lr-accent - Primary buttons, progress, choices, links. Its other shades follow from it.
 * @cssprop --lr-danger - Errors, and commands that remove something.
 * @cssprop --lr-warning - Advice, and what is missing.
 * @cssprop --lr-surface-sunken - Background of what lies inside a card.
 * @cssprop --lr-text-muted - Text of second rank.
 * @cssprop --lr-border - Border of cards.
 * @cssprop --lr-border-strong - Border of fields, and of what the pointer is over.
 * @cssprop --lr-accent-hover - A primary button under the pointer.
 * @cssprop --lr-accent-text - Text on the accent.
 * @cssprop --lr-accent-soft - Background of what is chosen.
 * @cssprop --lr-danger-soft - Background of an error.
 * @cssprop --lr-warning-soft - Background of advice.
 * @cssprop --lr-success - The sign of what is right.
 * @cssprop --lr-run-a - Colour of the first run or curve.
 * @cssprop --lr-run-b - Colour of the second run or curve.
 * @cssprop --lr-run-c - Colour of the third run or curve.
 * @cssprop --lr-run-d - Colour of the fourth run or curve.
 * @cssprop --lr-run-e - Colour of the fifth run or curve.
 * @cssprop --lr-run-f - Colour of the sixth run or curve.
 * @cssprop --lr-run-g - Colour of the seventh run or curve.
 * @cssprop --lr-run-h - Colour of the eighth run or curve.
 * @cssprop --lr-run-i - Colour of the ninth run.
 * @cssprop --lr-run-j - Colour of the tenth run.
 * @cssprop --lr-run-k - Colour of the eleventh run.
 * @cssprop --lr-run-l - Colour of the twelfth run.
 * @cssprop --lr-draft - Colour of what a change that is not made yet would do.
 * @cssprop --lr-font - Typeface.
 * @cssprop --lr-font-mono - Typeface of code.
 * @cssprop --lr-radius - Corners of cards.
 * @cssprop --lr-radius-small - Corners of buttons and fields.
 * @cssprop --lr-focus-ring - Outline of what has the focus.
 */
export const themeStyles = css`
  :host {
    --page: var(--lr-page, light-dark(#f7f7f5, #121417));
    --surface: var(--lr-surface, light-dark(#ffffff, #1b1e22));
    --text: var(--lr-text, light-dark(#17191c, #eceef1));
    --accent: var(--lr-accent, light-dark(#2257d6, #7aa2ff));
    --danger: var(--lr-danger, light-dark(#b3261e, #ff8f85));
    --warning: var(--lr-warning, light-dark(#8a5300, #f2b755));
    /* The rest follows from these, so that a page that sets them stays readable. */
    --surface-sunken: var(--lr-surface-sunken, color-mix(in oklab, var(--text) 4%, var(--surface)));
    --text-muted: var(--lr-text-muted, color-mix(in oklab, var(--text) 68%, var(--surface)));
    --border: var(--lr-border, color-mix(in oklab, var(--text) 12%, var(--surface)));
    --border-strong: var(--lr-border-strong, color-mix(in oklab, var(--text) 54%, var(--surface)));
    --accent-hover: var(--lr-accent-hover, color-mix(in oklab, var(--accent) 82%, var(--text)));
    /* Black on a bright accent, white on a dark one. */
    --accent-text: var(--lr-accent-text, oklch(from var(--accent) clamp(0, (0.57 - l) * 1000, 1) 0 0));
    --accent-soft: var(--lr-accent-soft, color-mix(in oklab, var(--accent) 10%, var(--surface)));
    --danger-soft: var(--lr-danger-soft, color-mix(in oklab, var(--danger) 10%, var(--surface)));
    --warning-soft: var(--lr-warning-soft, color-mix(in oklab, var(--warning) 12%, var(--surface)));
    --success: var(--lr-success, light-dark(#157f3c, #4fd38a));
    --run-a: var(--lr-run-a, light-dark(#0072b2, #56b4e9));
    --run-b: var(--lr-run-b, light-dark(#d55e00, #f5a04d));
    --run-c: var(--lr-run-c, light-dark(#00855f, #37d09a));
    --run-d: var(--lr-run-d, light-dark(#b3428c, #e890c5));
    --run-e: var(--lr-run-e, light-dark(#8a6d00, #e3c44b));
    --run-f: var(--lr-run-f, light-dark(#0b8494, #6fd9de));
    --run-g: var(--lr-run-g, light-dark(#a33a2c, #ff9b8a));
    --run-h: var(--lr-run-h, light-dark(#5b6168, #bcc2ca));
    --run-i: var(--lr-run-i, light-dark(#4f7a12, #a8d45a));
    --run-j: var(--lr-run-j, light-dark(#c2185b, #ff8ab5));
    --run-k: var(--lr-run-k, light-dark(#2f4b9f, #8fb0ff));
    --run-l: var(--lr-run-l, light-dark(#7a5230, #d6ab84));
    /* A change that is not made yet; no run has this colour. */
    --draft: var(--lr-draft, light-dark(#7030c0, #c39bff));
    --font: var(
      --lr-font,
      system-ui,
      -apple-system,
      'Segoe UI',
      'PingFang SC',
      'Microsoft YaHei',
      'Noto Sans CJK SC',
      sans-serif
    );
    --font-mono: var(--lr-font-mono, ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace);
    --radius: var(--lr-radius, 10px);
    --radius-small: var(--lr-radius-small, 7px);
    --focus-ring: var(--lr-focus-ring, var(--accent));

    /* The words are English or Chinese, also in a page that reads from right to left. */
    direction: ltr;
    letter-spacing: normal;
    color: var(--text);
    font-family: var(--font);
    font-size: 0.875rem;
    line-height: 1.45;
    font-variant-numeric: tabular-nums;
    -webkit-text-size-adjust: 100%;
    text-size-adjust: 100%;
  }

  :host([theme='light']) {
    color-scheme: light;
  }

  :host([theme='dark']) {
    color-scheme: dark;
  }

  :host([hidden]) {
    display: none;
  }

  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  :focus-visible {
    outline: 2px solid var(--focus-ring);
    outline-offset: 2px;
  }

  .visually-hidden:not(:focus):not(:active) {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  @media (forced-colors: active) {
    :host {
      --page: Canvas;
      --surface: Canvas;
      --surface-sunken: Canvas;
      --text: CanvasText;
      --text-muted: CanvasText;
      --border: CanvasText;
      --border-strong: CanvasText;
      --accent: Highlight;
      --accent-hover: Highlight;
      --accent-text: HighlightText;
      --accent-soft: Canvas;
      --danger: CanvasText;
      --danger-soft: Canvas;
      --warning: CanvasText;
      --warning-soft: Canvas;
      --success: CanvasText;
      --focus-ring: Highlight;
    }
  }

  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation-duration: 0.01ms !important;
      animation-iteration-count: 1 !important;
      transition-duration: 0.01ms !important;
    }
  }
`;

/** A white box on the page: `class="card"`. */
export const cardStyles = css`
  .card {
    background: var(--surface);
    border: 1px solid var(--border);
    border-radius: var(--radius);
    padding: 12px;
  }

  .heading {
    margin: 0;
    font-size: 0.9375rem;
    font-weight: 650;
    line-height: 1.3;
  }

  .muted {
    color: var(--text-muted);
    font-size: 0.8125rem;
  }
`;

/** `<button class="button">`, with `primary` for the most important one and `quiet` for one in a row of text. */
export const buttonStyles = css`
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 7px;
    min-block-size: 34px;
    padding: 4px 13px;
    border: 1px solid var(--border);
    border-radius: var(--radius-small);
    background: var(--surface);
    color: var(--text);
    font: inherit;
    font-weight: 500;
    white-space: nowrap;
    cursor: pointer;
    touch-action: manipulation;
    transition:
      background-color 120ms,
      border-color 120ms;
  }

  .button:hover:not(:disabled, [aria-disabled='true']) {
    border-color: var(--border-strong);
  }

  .button:active:not(:disabled, [aria-disabled='true']) {
    background: var(--surface-sunken);
  }

  .button.primary {
    border-color: var(--accent);
    background: var(--accent);
    color: var(--accent-text);
    font-weight: 600;
  }

  .button.primary:hover:not(:disabled, [aria-disabled='true']) {
    border-color: var(--accent-hover);
    background: var(--accent-hover);
  }

  .button.quiet {
    min-block-size: 26px;
    padding: 1px 9px;
    font-size: 0.8125rem;
  }

  .button:is(:disabled, [aria-disabled='true']) {
    cursor: default;
    color: var(--text-muted);
    opacity: 0.62;
  }

  .button.primary:is(:disabled, [aria-disabled='true']) {
    color: var(--accent-text);
  }

  @media (pointer: coarse) {
    .button {
      min-block-size: 40px;
    }

    .button.quiet {
      min-block-size: 32px;
    }
  }

  @media (forced-colors: active) {
    .button {
      forced-color-adjust: none;
      border-color: ButtonText;
      background: ButtonFace;
      color: ButtonText;
    }

    .button:is(:disabled, [aria-disabled='true']) {
      border-color: GrayText;
      color: GrayText;
      opacity: 1;
    }

    .button.primary:is(:disabled, [aria-disabled='true']) {
      background: ButtonFace;
      color: GrayText;
    }

    .button.primary:not(:disabled, [aria-disabled='true']) {
      border-color: Highlight;
      background: Highlight;
      color: HighlightText;
    }
  }
`;

/** Labels, inputs, selects and text areas: `class="field"` around `<label>` and `.input`. */
export const fieldStyles = css`
  .field {
    display: grid;
    gap: 4px;
    min-inline-size: 0;
  }

  .label {
    color: var(--text-muted);
    font-size: 0.8125rem;
    font-weight: 500;
  }

  .hint {
    margin: 0;
    color: var(--text-muted);
    font-size: 0.75rem;
    line-height: 1.4;
  }

  .input {
    inline-size: 100%;
    min-block-size: 34px;
    padding: 5px 9px;
    border: 1px solid var(--border-strong);
    border-radius: var(--radius-small);
    background: var(--surface);
    color: var(--text);
    font: inherit;
  }

  .input::placeholder {
    color: var(--text-muted);
    opacity: 1;
  }

  .input:focus-visible {
    outline-offset: -1px;
    border-color: var(--accent);
  }

  .input[aria-invalid='true'] {
    border-color: var(--danger);
    box-shadow: 0 0 0 1px var(--danger);
  }

  textarea.input {
    display: block;
    resize: vertical;
    font-family: var(--font-mono);
    font-size: 0.8125rem;
    line-height: 1.5;
    tab-size: 2;
  }

  .input:disabled {
    opacity: 0.62;
  }

  @media (forced-colors: active) {
    .input::placeholder {
      color: GrayText;
    }
  }

  @media (pointer: coarse) {
    /* A smaller font makes iOS zoom into the field. */
    .input,
    textarea.input {
      min-block-size: 40px;
      font-size: 1rem;
    }
  }
`;

/** Small rounded labels (`.chip`) and radio buttons in that shape (`.choice` around an input and a span). */
export const chipStyles = css`
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 7px;
    min-block-size: 26px;
    padding: 1px 11px;
    border: 1px solid var(--border);
    border-radius: 999px;
    background: var(--surface);
    color: var(--text-muted);
    font: inherit;
    font-size: 0.8125rem;
  }

  .choices {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    margin: 0;
    padding: 0;
    border: 0;
  }

  .choice {
    position: relative;
    display: inline-flex;
  }

  .choice input {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    margin: 0;
    opacity: 0;
    cursor: pointer;
  }

  .choice span {
    display: inline-flex;
    align-items: center;
    min-block-size: 26px;
    padding: 1px 11px;
    border: 1px solid var(--border);
    border-radius: 999px;
    background: var(--surface);
    font-size: 0.8125rem;
  }

  .choice input:hover:not(:disabled) + span {
    border-color: var(--border-strong);
  }

  .choice input:checked + span {
    border-color: var(--accent);
    background: var(--accent-soft);
    color: var(--accent);
    /* A second sign beside the colour, without changing the width. */
    box-shadow: inset 0 0 0 1px var(--accent);
  }

  .choice input:focus-visible + span {
    outline: 2px solid var(--focus-ring);
    outline-offset: 2px;
  }

  .choice input:disabled {
    cursor: default;
  }

  .choice input:disabled + span {
    color: var(--text-muted);
    opacity: 0.62;
  }

  @media (pointer: coarse) {
    .choice span {
      min-block-size: 36px;
      padding-inline: 14px;
    }
  }

  @media (forced-colors: active) {
    .choice input:checked + span {
      forced-color-adjust: none;
      background: Highlight;
      color: HighlightText;
      border-color: Highlight;
    }
  }
`;
