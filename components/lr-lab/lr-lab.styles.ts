import { css } from 'lit';

/** The styles of `<lr-lab>`: one column on a narrow element, two on a wide one. */
export const labStyles = css`
  :host {
    display: block;
    max-inline-size: 100%;
    min-inline-size: 0;
  }

  /* Between its children, unless the page says otherwise. */
  ::slotted(:is(lr-run-controls, lr-loss-chart, lr-rate-chart, lr-scheduler-panel):not(:first-child)),
  ::slotted(:is(lr-run-table, lr-samples, lr-step-report, lr-schedule-plot):not(:first-child)) {
    margin-block-start: 10px;
  }

  .page {
    --gap: 10px;
    --header: 3.25rem;
    --dock: 0px;

    /* Named, because a leaf would otherwise be the container of its own parts. */
    container: lab / inline-size;
    /* Its width where the page leaves it to the content: in a flex row, a float, a dialog. */
    contain-intrinsic-inline-size: min(64rem, 100vw - 2rem);
    min-block-size: inherit;
    background: var(--page);
  }

  header {
    display: flex;
    align-items: center;
    gap: 8px 14px;
    min-block-size: var(--header);
    padding: 4px 20px;
    border-block-end: 1px solid var(--border);
    background: var(--surface);
  }

  /* Over the header while it has the focus. */
  .skip {
    position: absolute;
    inset-block-start: 8px;
    inset-inline-start: 8px;
    z-index: 4;
    text-decoration: none;
  }

  .skip:not(:focus) {
    inline-size: 1px;
    block-size: 1px;
    min-block-size: 0;
    padding: 0;
    overflow: hidden;
    clip-path: inset(50%);
  }

  /* The skip link leads to it; its first button shows the focus next. */
  .main:focus {
    outline: none;
  }

  /* The controls show it as well. */
  lr-backend-status::part(speed) {
    display: none;
  }

  .name {
    margin: 0;
    font-size: 1.125rem;
    font-weight: 700;
    letter-spacing: -0.01em;
    white-space: nowrap;
  }

  .tagline {
    flex: 0 1 auto;
    min-inline-size: 0;
    margin: 0;
    overflow: hidden;
    color: var(--text-muted);
    text-overflow: ellipsis;
    white-space: nowrap;
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

  .end {
    display: flex;
    align-items: center;
    justify-content: end;
    gap: 8px;
    min-inline-size: 0;
  }

  header:not(:has(nav)) .end {
    margin-inline-start: auto;
  }

  header .button {
    padding-inline: 11px;
  }

  .settings .caret {
    color: var(--text-muted);
  }

  .icon-button,
  header .icon-button {
    inline-size: 36px;
    padding: 0;
  }

  .menu {
    max-inline-size: calc(100vw - 16px);
    padding: 10px;
  }

  .menu:popover-open {
    display: flex;
    flex-direction: column;
    gap: 8px;
  }

  .menu .button {
    justify-content: start;
  }

  .menu lr-export-menu::part(base) {
    justify-content: start;
    inline-size: 100%;
    padding-inline: 11px;
  }

  .main {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap);
    padding: var(--gap) 12px 12px;
  }

  .main > * {
    min-inline-size: 0;
  }

  .side {
    display: grid;
    align-content: start;
    min-inline-size: 0;
  }

  /* Its line stays when it has nothing to say, so that nothing below it moves. */
  .next {
    min-block-size: 1.45em;
    margin: 0;
    padding: 0 4px;
    color: var(--text-muted);
    text-wrap: pretty;
  }

  /* With several runs, what has happened is said in its place. */
  .next.over:empty {
    display: none;
  }

  .next:not(:empty)::before {
    content: '→ ';
    color: var(--accent);
    font-weight: 700;
  }

  /* Two charts on one card: the lane of flags lies between them. */
  .charts {
    display: grid;
    grid-template-rows: calc(50% - 16px) calc(50% + 16px);
  }

  lr-loss-chart::part(base) {
    border-block-end: 0;
    border-end-start-radius: 0;
    border-end-end-radius: 0;
  }

  lr-rate-chart::part(base) {
    border-block-start: 0;
    border-start-start-radius: 0;
    border-start-end-radius: 0;
  }

  .notice {
    padding: var(--gap) 12px 0;
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
    .main {
      grid-template-columns: minmax(0, 1fr) minmax(340px, 25rem);
      grid-template-rows: repeat(5, auto) 1fr;
      gap: var(--gap) 16px;
      padding: var(--gap) 20px 20px;
    }

    .main > * {
      grid-column: 1;
    }

    /* Beside the charts, and always whole: what is long scrolls within. */
    .side {
      position: sticky;
      inset-block-start: var(--gap);
      grid-column: 2;
      grid-row: 1 / span 6;
      grid-template-rows: minmax(0, 1fr);
      align-self: start;
      max-block-size: calc(100vh - var(--header) - 2 * var(--gap));
      max-block-size: calc(100dvh - var(--header) - 2 * var(--gap));
      margin: -3px;
      padding: 3px;
      overflow: auto;
    }

    .sections {
      display: none;
    }

    /* The two charts fill a usual window, together with what is above them and one line below. */
    .charts {
      block-size: max(464px, calc(36vh + 246px), 60vh);
    }

    .notice {
      padding: var(--gap) 20px 0;
    }
  }

  /* A wide screen has room for the schedule as well. */
  @container lab (min-width: 1800px) {
    .main {
      grid-template-columns: minmax(0, 1fr) minmax(400px, 30rem);
    }
  }

  @container lab (max-width: 1179.98px) {
    .tagline {
      display: none;
    }
  }

  @container lab (max-width: 919.98px) {
    /* As high as the screen, so that the dock and the choice of sections stay at its end with every section. */
    .main {
      --sections: 48px;
      --lr-dock-size: calc(var(--dock) + var(--sections));

      display: flex;
      flex-direction: column;
      box-sizing: border-box;
      min-block-size: calc(100vh - var(--header));
      min-block-size: calc(100dvh - var(--header));
    }

    .main > * {
      flex: none;
    }

    /* What the section leaves free. */
    .main::after {
      flex: 1;
      margin-block-start: calc(-1 * var(--gap));
      content: '';
    }

    .empty {
      margin: 0;
      padding-block: 8px;
      color: var(--text-muted);
      text-wrap: pretty;
    }

    header {
      padding: 4px 12px;
    }

    nav {
      margin-inline-start: 4px;
    }

    .end {
      margin-inline-start: auto;
    }

    /* The charts stay in sight while one reads and changes what is below them. */
    .charts {
      position: sticky;
      inset-block-start: 0;
      z-index: 3;
      grid-template-rows: calc(50% - 19px) calc(50% + 19px);
      block-size: clamp(304px, calc(44.5vh + 20px), 480px);
      margin-inline: -12px;
      background: var(--page);
    }

    .charts > *::part(base) {
      border-inline: 0;
      border-radius: 0;
    }

    /* The panel and the buttons say it. */
    .next {
      display: none;
    }

    /* One section at a time, below the charts. */
    .main:not(.show-schedule) .side,
    .main:not(.show-runs) lr-run-table,
    .main:not(.show-inside) lr-step-report {
      display: none;
    }

    /* Above the dock, and in sight wherever one is in a long section. */
    .sections {
      position: sticky;
      inset-block-end: var(--dock);
      order: 1;
      z-index: 3;
      display: grid;
      grid-template-columns: repeat(3, minmax(0, 1fr));
      align-content: center;
      block-size: var(--sections);
      margin-inline: -12px;
      margin-block: calc(-1 * var(--gap));
      padding-inline: 12px;
      background: var(--page);
    }

    .sections .choice span {
      justify-content: center;
      inline-size: 100%;
      min-block-size: 40px;
      text-align: center;
    }

    /* Always within reach of the thumb. */
    lr-run-controls {
      position: sticky;
      inset-block-end: 0;
      order: 2;
      z-index: 4;
      max-inline-size: none;
      margin: 0 -12px -12px;
    }

    lr-run-controls::part(base) {
      border-inline: 0;
      border-block-end: 0;
      border-radius: 0;
      padding-block-end: max(8px, env(safe-area-inset-bottom));
    }
  }

  /* A low phone: the charts, the presets and the buttons come first. */
  @media (max-height: 700px) {
    @container lab (max-width: 600px) {
      lr-samples {
        display: none;
      }

      .main {
        --sections: 40px;
        --gap: 6px;
      }

      .sections .choice span {
        min-block-size: 34px;
      }
    }
  }

  /* A low window, such as a phone on its side: charts that stay would leave no room. */
  @media (max-height: 520px) {
    @container lab (max-width: 919.98px) {
      .main {
        --lr-dock-size: var(--dock);
      }

      .charts,
      .sections {
        position: static;
      }

      .sections {
        order: 0;
        margin-block: 0;
      }
    }
  }
`;
