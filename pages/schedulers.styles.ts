import { css } from 'lit';

/** The styles of the page of all schedulers: cards whose parts align with those of their neighbours. */
export const schedulersStyles = css`
  :host {
    display: block;
    min-block-size: 100vh;
    min-block-size: 100dvh;
    background: var(--page);
    color-scheme: light dark;
  }

  :host([theme='light']) {
    color-scheme: light;
  }

  :host([theme='dark']) {
    color-scheme: dark;
  }

  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 14px;
    min-block-size: 3.25rem;
    padding: 4px 20px;
    border-block-end: 1px solid var(--border);
    background: var(--surface);
  }

  .home {
    color: inherit;
    font-size: 1.125rem;
    font-weight: 700;
    letter-spacing: -0.01em;
    text-decoration: none;
  }

  .tagline {
    margin: 0;
    color: var(--text-muted);
  }

  @media (max-width: 720px) {
    .tagline {
      display: none;
    }
  }

  nav {
    display: flex;
    gap: 14px;
    margin-inline-start: auto;
    white-space: nowrap;
  }

  nav a {
    color: var(--text-muted);
    text-decoration: none;
  }

  nav a:hover {
    color: var(--text);
    text-decoration: underline;
  }

  nav [aria-current] {
    font-weight: 650;
  }

  .tools {
    display: flex;
    align-items: center;
    gap: 8px;
  }

  .icon-button {
    inline-size: 36px;
    padding: 0;
  }

  main {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 36px;
    max-inline-size: 108rem;
    margin-inline: auto;
    padding: 24px 20px 48px;
  }

  .opening {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 10px 20px;
    margin-block-end: -14px;
  }

  h1 {
    margin: 0;
    font-size: 1.625rem;
    font-weight: 700;
    letter-spacing: -0.02em;
    line-height: 1.2;
  }

  .scale {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 10px;
    margin: 0;
    padding: 0;
    border: 0;
  }

  .scale legend {
    float: inline-start;
    padding: 0;
  }

  h2 {
    margin: 0;
    font-size: 1.125rem;
    font-weight: 650;
    line-height: 1.3;
  }

  .introduction {
    max-inline-size: 84ch;
    text-wrap: pretty;
    margin: 4px 0 14px;
    color: var(--text-muted);
  }

  .introduction + .introduction {
    margin-block-start: -10px;
  }

  .cards {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr));
    gap: 16px;
    margin: 0;
    padding: 0;
    list-style: none;
  }

  .example {
    display: grid;
    grid-row: span 5;
    grid-template-rows: subgrid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0;
    padding: 0;
    overflow: hidden;
  }

  .title {
    padding: 12px 14px 0;
  }

  h3 {
    margin: 0;
    font-size: 0.9375rem;
    font-weight: 650;
    line-height: 1.35;
    overflow-wrap: anywhere;
  }

  h3[translate='no'] {
    font-family: var(--font-mono);
    font-size: 0.875rem;
    letter-spacing: -0.01em;
  }

  .facts {
    margin: 0;
    color: var(--text-muted);
    font-size: 0.75rem;
    line-height: 1.5;
  }

  .sentence {
    margin: 0;
    padding: 3px 14px 8px;
    color: var(--text-muted);
    font-size: 0.8125rem;
    line-height: 1.45;
    text-wrap: pretty;
  }

  .sentence a {
    color: var(--accent);
  }

  .with-formula {
    grid-row: span 6;
  }

  .formula {
    display: grid;
    gap: 4px;
    align-content: center;
    padding: 2px 14px 10px;
  }

  math {
    font-size: 0.875rem;
    margin: 0;
    text-align: start;
  }

  lr-schedule-plot::part(base) {
    padding: 0 14px 10px;
    border: 0;
    border-radius: 0;
    background: none;
  }

  .actions {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 12px;
    padding: 9px 14px 11px;
    border-block-start: 1px solid var(--border);
    background: var(--surface-sunken);
    font-size: 0.8125rem;
  }

  .actions a {
    color: var(--accent);
    margin-inline-start: auto;
  }

  pre {
    margin: 0;
    padding: 9px 14px 10px;
    border-block-start: 1px solid var(--border);
    background: var(--surface-sunken);
    font-family: var(--font-mono);
    font-size: 0.75rem;
    line-height: 1.5;
  }

  code {
    font: inherit;
  }

  /* A wrapped line is indented further, so that the start of the next line is visible. */
  .line {
    --hang: 4ch;
    display: block;
    padding-inline-start: var(--hang);
    text-indent: calc(-1 * var(--hang));
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }

  .line.depth-1 {
    --hang: 8ch;
  }

  .line.depth-2 {
    --hang: 12ch;
  }

  .none {
    color: var(--text-muted);
  }

  @media (max-width: 960px) {
    .tagline {
      display: none;
    }
  }

  @media (max-width: 640px) {
    .tools a {
      display: none;
    }

    header {
      padding: 8px 12px;
    }

    main {
      gap: 28px;
      padding: 18px 12px 36px;
    }

    .cards {
      gap: 12px;
    }
  }
`;
