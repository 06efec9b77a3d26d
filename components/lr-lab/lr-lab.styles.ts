import { css } from 'lit';

/** The look of `<lr-lab>`: one column on a narrow element, two on a wide one. */
export const labStyles = css`
  :host {
    display: block;
    color-scheme: light dark;
  }

  :host([theme='light']) {
    color-scheme: light;
  }

  :host([theme='dark']) {
    color-scheme: dark;
  }

  .page {
    /* By name: a part of a leaf would otherwise be measured by the leaf. */
    container: lab / inline-size;
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
    margin-inline-start: auto;
  }

  .tools a {
    text-decoration: none;
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

  .side {
    display: grid;
    align-content: start;
    min-inline-size: 0;
  }

  lr-loss-chart {
    block-size: 320px;
  }

  lr-rate-chart {
    block-size: 240px;
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

  @container lab (min-width: 920px) {
    main {
      grid-template-columns: minmax(0, 1fr) minmax(340px, 392px);
      grid-template-rows: auto auto auto 1fr;
      gap: 12px 16px;
      padding: 16px 20px 20px;
    }

    main > * {
      grid-column: 1;
    }

    .side {
      grid-column: 2;
      grid-row: 1 / span 4;
    }

    /* The two charts fill a usual window under the header and the controls, but never shrink to strips. */
    lr-loss-chart {
      block-size: clamp(300px, calc(60vh - 110px), 620px);
    }

    lr-rate-chart {
      block-size: clamp(220px, calc(40vh - 80px), 400px);
    }

    .notice {
      padding: 16px 20px 0;
    }
  }

  @container lab (max-width: 919.98px) {
    header {
      padding: 8px 12px;
    }

    /* Always within the thumb's reach. */
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

  /* Name and buttons in the first line, what is trained and on what below. */
  @container lab (max-width: 640px) {
    .tools {
      display: contents;
    }

    h1 {
      margin-inline-end: auto;
    }

    .configuration {
      flex-wrap: wrap;
      order: 1;
      padding-block: 2px;
      border-radius: 13px;
    }

    lr-backend-status {
      order: 2;
    }

    .tools a {
      order: 3;
      margin-inline-start: auto;
    }
  }
`;
