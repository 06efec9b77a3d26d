import { css } from 'lit';

/** The styles of `<lr-run-controls>`. */
export const runControlsStyles = css`
  :host {
    display: block;
    max-inline-size: 100%;
    min-inline-size: 0;
    container-type: inline-size;
    contain-intrinsic-inline-size: min(40rem, 100vw - 2rem);
  }

  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 16px;
  }

  .buttons {
    display: flex;
    gap: 8px;
  }

  /* As wide as its longest word in either language, so that nothing moves when it changes. */
  .lead {
    min-inline-size: 118px;
  }

  /* What cannot act now keeps its place, so that nothing moves when it can. */
  .off {
    visibility: hidden;
  }

  .words .state {
    min-inline-size: 5em;
    color: var(--text);
    font-weight: 600;
    text-align: start;
  }

  /* It makes no step until it is rewound, and the way back has a long name. */
  .held .step,
  .held .ten,
  .held + .where .speed {
    display: none;
  }

  .where {
    display: flex;
    flex: 1 1 420px;
    flex-wrap: wrap;
    align-items: center;
    justify-content: end;
    gap: 4px 12px;
  }

  .words {
    display: flex;
    flex: none;
    justify-content: end;
    gap: 0 12px;
    margin: 0;
    color: var(--text-muted);
    font-size: 0.8125rem;
    white-space: nowrap;
  }

  .words span {
    display: inline-block;
    text-align: end;
  }

  .words .left {
    min-inline-size: 5.6em;
  }

  .words .speed {
    min-inline-size: 5.4em;
  }

  progress {
    flex: 1 1 60px;
    min-inline-size: 40px;
    max-inline-size: 240px;
    block-size: 5px;
    border: 0;
    border-radius: 3px;
    background: var(--border);
    color: var(--accent);
    accent-color: var(--accent);
    overflow: hidden;
    appearance: none;
  }

  progress::-webkit-progress-bar {
    background: var(--border);
  }

  progress::-webkit-progress-value {
    background: var(--accent);
  }

  progress::-moz-progress-bar {
    background: var(--accent);
  }

  .notice {
    display: flex;
    flex-wrap: wrap;
    align-items: start;
    gap: 8px;
    margin-block-start: 10px;
  }

  .notice .problem {
    flex: 1 1 220px;
    min-inline-size: 0;
  }

  /* One line as long as it has room for the buttons, the speed and the progress; the words are as high as a button. */
  @container (min-width: 800px) and (max-width: 1079.98px) {
    .bar {
      flex-wrap: nowrap;
      gap: 12px;
    }

    .where {
      flex: 1 1 0;
      flex-wrap: nowrap;
      gap: 4px 8px;
      min-inline-size: 0;
    }

    .words {
      display: grid;
      grid-template-rows: repeat(2, auto);
      grid-auto-flow: column;
      gap: 0 10px;
      line-height: 1.3;
    }

    .words span {
      text-align: start;
    }

    .words :is(.left, .speed) {
      min-inline-size: 5.6em;
    }

    /* The button of a run that has diverged says more. */
    .bar.held {
      flex-wrap: wrap;
    }

    .held .where {
      flex-basis: auto;
    }

    .ten,
    .words .state {
      display: none;
    }

    .bar:has(.held) {
      flex-wrap: wrap;
    }

    .held + .where {
      flex-basis: 400px;
    }
  }

  @container (min-width: 800px) and (max-width: 899.98px) {
    .buttons {
      gap: 6px;
    }

    .buttons .button {
      padding-inline: 10px;
    }

    .lead {
      min-inline-size: 112px;
    }
  }

  /* Too narrow for one line: words and progress have their own. */
  @container (max-width: 799.98px) {
    .where {
      flex-basis: 100%;
      justify-content: space-between;
    }

    progress {
      flex-basis: 120px;
      flex-grow: 1;
      max-inline-size: none;
    }
  }

  /* A phone: the progress in two lines, the buttons in a third. */
  @container (max-width: 560px) {
    .bar {
      flex-flow: column-reverse nowrap;
      align-items: stretch;
      gap: 6px;
    }

    .card {
      padding-block: 0 8px;
    }

    .where {
      flex: none;
      flex-direction: row;
    }

    progress {
      flex: 1 0 100%;
      order: -1;
      max-inline-size: none;
    }

    .words {
      flex: 1 1 0;
      flex-wrap: wrap;
      justify-content: start;
      gap: 0 10px;
      min-inline-size: 0;
      font-size: 0.75rem;
    }

    .words span {
      text-align: start;
    }

    .words .left {
      display: none;
    }

    .words .state,
    .words .left {
      min-inline-size: 0;
    }

    .words .speed,
    .ten,
    .fork .icon {
      display: none;
    }

    .buttons .button {
      flex: 1 1 auto;
      min-inline-size: 0;
      padding-inline: 8px;
    }

    .held {
      flex-wrap: wrap;
    }

    .held .lead {
      flex-basis: 100%;
    }

    .buttons .lead {
      flex-grow: 2;
      min-inline-size: 104px;
    }

    .held .buttons {
      flex-wrap: wrap;
    }

    .held .lead {
      flex-basis: 100%;
      white-space: normal;
    }
  }

  /* The narrowest phones: still in one line. */
  @container (max-width: 370px) {
    .buttons {
      gap: 5px;
    }

    .buttons .button {
      padding-inline: 4px;
      font-size: 0.8125rem;
    }

    .buttons .lead {
      min-inline-size: 96px;
    }
  }

  /* A column of text, or the narrowest phone: there a second line would cover what is above it. */
  @container (max-width: 330px) {
    .buttons {
      flex-wrap: wrap;
      gap: 4px;
    }

    .buttons .button {
      padding-inline: 2px;
      font-size: 0.75rem;
    }

    .buttons .lead {
      min-inline-size: 84px;
    }

    .off {
      display: none;
    }
  }

  @media (forced-colors: active) {
    progress,
    progress::-webkit-progress-bar {
      forced-color-adjust: none;
      background: Canvas;
    }

    progress {
      block-size: 9px;
      border: 1px solid CanvasText;
    }

    progress::-webkit-progress-value {
      background: Highlight;
    }
  }
`;
