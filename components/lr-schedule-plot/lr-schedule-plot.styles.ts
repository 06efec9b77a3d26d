import { css } from 'lit';

/** Only in `<lr-schedule-plot>`; the styles of the charts come before it. */
export const schedulePlotStyles = css`
  .card {
    margin: 0;
  }

  .head {
    flex-wrap: wrap;
    gap: 2px 10px;
    block-size: auto;
    min-block-size: 28px;
    white-space: normal;
  }

  .controls {
    margin-inline-start: auto;
  }

  /* Its lines carry no names, so its readout is always there. */
  .readout {
    flex: 1 1 100%;
    flex-wrap: wrap;
    justify-content: start;
    order: 1;
    min-block-size: 1.5em;
  }

  .readout:not([data-cursor]) :is(.position, .item, .item:not(.draft, .guess, .validation)) {
    display: inline-flex;
    visibility: visible;
  }

  .readout .key {
    display: inline;
  }

  .frame {
    block-size: var(--lr-chart-height, 200px);
    flex-basis: auto;
  }

  .frame.tall {
    block-size: calc(var(--lr-chart-height, 200px) + 70px);
  }

  .frame.fitted {
    block-size: auto;
    min-block-size: var(--lr-chart-height, 200px);
  }

  /* Without a heading the values replace it, also on a narrow page. */
  .head:not(.named) .readout {
    order: 0;
    flex: 1 1 0;
    min-inline-size: 0;
  }

  .position {
    min-inline-size: 0;
  }

  /* One curve has one line, so that nothing moves under the cursor; longer text is cut off. */
  .single {
    flex-wrap: nowrap;
    gap: 10px;
  }

  .single .position {
    overflow: hidden;
    font-size: 0.75rem;
    text-overflow: ellipsis;
  }

  /* The name of a curve may be longer than the plot is wide. */
  .item {
    flex-wrap: wrap;
    white-space: normal;
    overflow-wrap: anywhere;
  }

  .axis {
    position: absolute;
    inset-inline-start: 0;
    color: var(--text-muted);
    font-size: 11px;
    line-height: 16px;
    white-space: nowrap;
    pointer-events: none;
  }

  .axis.lr {
    inset-block-start: 0;
  }

  /* The name of a strip is above its plot. From the bottom up: 24 px for the steps, 38 px for the plot, 24 px for
     the name; 8 px stay free between two strips. */
  .axis.strip {
    inset-block-end: 67px;
  }

  .axis.strip:has(+ .strip) {
    inset-block-end: 137px;
  }

  .problems > * + * {
    margin-block-start: 6px;
  }

  .problems p {
    margin-block: 0 3px;
  }

  .empty {
    inset-inline: 0;
    max-inline-size: 100%;
  }

  .note {
    margin: 0;
    color: var(--text-muted);
    font-size: 0.75rem;
    line-height: 1.4;
  }

  .note.stops {
    color: var(--danger);
  }
`;
