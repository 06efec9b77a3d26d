import { css } from 'lit';

/** The styles of `<lr-lab>`: one column on a narrow element, two on a wide one. */
export const labStyles = css`
  :host {
    display: block;
    max-inline-size: 100%;
    min-inline-size: 0;
  }

  :host([theme='light']) {
    color-scheme: light;
  }

  :host([theme='dark']) {
    color-scheme: dark;
  }

  .page {
    /* Named, because a leaf would otherwise be the container of its own parts. */
    container: lab / inline-size;
    /* Its width where the page leaves it to the content: in a flex row, a float, a dialog. */
    contain-intrinsic-inline-size: min(64rem, 100vw - 2rem);
    min-block-size: inherit;
    background: var(--page);
  }

  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 10px;
    padding: 8px 20px;
    border-block-end: 1px solid var(--border);
    background: var(--surface);
  }

  /* The controls show it as well, and a header of one line leaves more room for the charts. */
  lr-backend-status::part(speed) {
    display: none;
  }

  h1 {
    margin: 0 6px 0 0;
    font-size: 1.0625rem;
    font-weight: 700;
    letter-spacing: -0.01em;
  }

  .configuration {
    gap: 0;
    min-inline-size: 0;
    margin: 0;
    list-style: none;
  }

  .configuration li {
    white-space: nowrap;
  }

  .configuration li:not(:last-child)::after {
    content: '·';
    margin-inline: 0.4em;
  }

  .tools {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: end;
    gap: 8px 10px;
  }

  .end {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: end;
    gap: 8px 10px;
    margin-inline-start: auto;
  }

  .tools a {
    text-decoration: none;
  }

  header .button {
    padding-inline: 10px;
  }

  .icon-button {
    inline-size: 36px;
    padding: 0;
  }

  main {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 12px;
    padding: 12px;
  }

  main > * {
    min-inline-size: 0;
  }

  .side {
    display: grid;
    align-content: start;
    min-inline-size: 0;
  }

  .next {
    margin: 0;
    padding: 0 4px;
    color: var(--text-muted);
    text-wrap: pretty;
  }

  .next::before {
    content: '→ ';
    color: var(--accent);
    font-weight: 700;
  }

  lr-loss-chart {
    block-size: 320px;
  }

  lr-rate-chart {
    block-size: 240px;
  }

  .more {
    display: none;
  }

  .notice {
    padding: 12px 12px 0;
  }

  .notice p {
    margin: 0 0 6px;
  }

  .embedded.notice {
    padding: 0 0 12px;
  }

  .calm {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 10px;
    padding: 8px 12px;
    border: 1px solid var(--border);
    border-radius: var(--radius);
    background: var(--surface);
  }

  .calm p,
  .calm .problem {
    flex: 1 1 260px;
    margin: 0;
  }

  @container lab (min-width: 920px) {
    main {
      grid-template-columns: minmax(0, 1fr) minmax(340px, 400px);
      grid-template-rows: repeat(5, auto) 1fr;
      gap: 12px 16px;
      padding: 16px 20px 20px;
    }

    main > * {
      grid-column: 1;
    }

    .side {
      grid-column: 2;
      grid-row: 1 / span 7;
    }

    .sections {
      display: none;
    }

    /* The two charts fill a usual window under the header and the controls, but never shrink to strips. */
    lr-loss-chart {
      block-size: clamp(280px, calc(54vh - 110px), 620px);
    }

    lr-rate-chart {
      block-size: clamp(220px, calc(38vh - 80px), 400px);
    }

    .notice {
      padding: 16px 20px 0;
    }
  }

  /* A wide screen has room for the schedule as well. */
  @container lab (min-width: 1800px) {
    main {
      grid-template-columns: minmax(0, 1fr) minmax(400px, 520px);
    }
  }

  @container lab (max-width: 919.98px) {
    header {
      padding: 8px 12px;
    }

    /* Readouts take as many lines as they need, and the plots stay high enough. */
    lr-loss-chart {
      --lr-chart-height: 220px;

      block-size: auto;
      min-block-size: 340px;
    }

    lr-rate-chart {
      --lr-chart-height: 170px;

      block-size: auto;
      min-block-size: 270px;
    }

    /* One section at a time, below the charts. */
    main:not(.show-schedule) .side,
    main:not(.show-runs) lr-run-table,
    main:not(.show-inside) lr-step-report {
      display: none;
    }

    .sections {
      display: grid;
      grid-template-columns: repeat(3, minmax(0, 1fr));
    }

    .sections .choice span {
      justify-content: center;
      inline-size: 100%;
      min-block-size: 38px;
      text-align: center;
    }

    /* Always within reach of the thumb. */
    lr-run-controls {
      position: sticky;
      inset-block-end: 0;
      order: 1;
      z-index: 1;
      margin: 0 -12px -12px;
    }

    lr-run-controls::part(base) {
      border-inline: 0;
      border-block-end: 0;
      border-radius: 0;
      padding-block-end: max(12px, env(safe-area-inset-bottom));
    }
  }

  /* Name, backend and a button for the rest in the first line; the settings below. */
  @container lab (max-width: 919.98px) {
    h1 {
      margin-inline-end: auto;
    }

    .end {
      display: contents;
    }

    lr-backend-status {
      display: flex;
      flex: 1 1 140px;
      justify-content: end;
      min-inline-size: 0;
    }

    .more {
      display: inline-flex;
      min-inline-size: 40px;
      padding-inline: 8px;
    }

    .configuration {
      flex: 1 1 180px;
      flex-wrap: wrap;
      order: 1;
      padding-block: 2px;
      border-radius: 13px;
    }

    .set-up {
      order: 2;
    }

    .tools {
      display: none;
      order: 3;
      inline-size: 100%;
      justify-content: start;
    }

    .tools.shown {
      display: flex;
    }
  }

  @container lab (max-width: 420px) {
    lr-loss-chart {
      min-block-size: 410px;
    }

    lr-rate-chart {
      min-block-size: 330px;
    }
  }
`;
