import { css } from 'lit';

export const experimentStyles = css`
  :host {
    display: block;
  }

  .card {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 10px;
    padding: 14px 16px;
  }

  .heading {
    font-size: 1rem;
  }

  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 14px;
  }

  .guess {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 10px;
    min-inline-size: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }

  .guess legend {
    float: inline-start;
    padding: 0;
  }

  .charts {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr));
    gap: 10px 18px;
  }

  figure {
    min-inline-size: 0;
    margin: 0;
  }

  figcaption {
    color: var(--text-muted);
    font-size: 0.8125rem;
  }

  .plot {
    display: block;
    inline-size: 100%;
    block-size: 180px;
    overflow: visible;
    fill: none;
  }

  .line {
    stroke: currentColor;
    stroke-width: 2;
    stroke-linejoin: round;
  }

  .planned {
    stroke: currentColor;
    stroke-width: 1.75;
  }

  .faint {
    stroke: currentColor;
    stroke-width: 1;
    opacity: 0.28;
  }

  .cross {
    stroke: currentColor;
    stroke-width: 2.5;
  }

  .grid {
    stroke: var(--border);
  }

  .tick {
    fill: var(--text-muted);
    font-size: 11px;
  }

  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 18px;
    margin: 4px 0 0;
    padding: 0;
    font-size: 0.8125rem;
    list-style: none;
  }

  .legend li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 6px;
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }

  .legend .name {
    color: var(--text);
    font-weight: 550;
  }

  .legend .course {
    color: var(--text-muted);
  }

  .adjust {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 10px;
    margin-block-start: 4px;
    font-size: 0.8125rem;
  }

  .adjust input {
    flex: 1 1 140px;
    min-inline-size: 0;
    accent-color: var(--accent);
  }

  .state {
    margin: 0;
    min-block-size: 1.45em;
  }

  .outcome {
    padding: 9px 12px;
    border-inline-start: 3px solid var(--success);
    border-radius: 2px var(--radius-small) var(--radius-small) 2px;
    background: color-mix(in srgb, var(--success) 8%, var(--surface));
    line-height: 1.55;
  }

  .outcome.not {
    border-color: var(--warning);
    background: var(--warning-soft);
  }

  .outcome p {
    margin: 0;
  }

  .outcome p + p {
    margin-block-start: 4px;
  }

  .links {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 4px 16px;
    font-size: 0.8125rem;
  }

  .links a,
  .links summary,
  .plain {
    color: var(--accent);
  }

  .plain {
    padding: 0;
    border: 0;
    background: none;
    font: inherit;
    text-decoration: underline;
    cursor: pointer;
  }

  .links .input {
    flex: 1 1 100%;
  }

  summary {
    inline-size: fit-content;
    font-size: 0.8125rem;
    color: var(--accent);
    cursor: pointer;
  }

  .code h4 {
    margin: 10px 0 4px;
    font-size: 0.8125rem;
  }

  pre {
    max-block-size: 320px;
    margin: 0;
    padding: 9px 12px;
    border: 1px solid var(--border);
    border-radius: var(--radius-small);
    background: var(--surface-sunken);
    font-family: var(--font-mono);
    font-size: 0.75rem;
    line-height: 1.5;
    overflow: auto;
  }

  pre.marked {
    border-color: var(--accent);
    box-shadow: inset 3px 0 var(--accent);
  }

  .highlighted .line:not(.marked),
  .highlighted .faint {
    opacity: 0.18;
  }

  .highlighted .line.marked {
    stroke-width: 3.5;
  }

  @media (pointer: coarse) {
    .plain,
    .links a,
    summary {
      padding-block: 6px;
    }
  }

  @media (forced-colors: active) {
    .line,
    .planned,
    .faint,
    .cross {
      stroke: CanvasText;
    }
  }

  @media print {
    .bar,
    .links,
    .code {
      display: none;
    }

    .card {
      break-inside: avoid;
    }
  }
`;
