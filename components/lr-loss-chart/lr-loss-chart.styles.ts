import { css } from 'lit';

/** Only in the loss chart: a readout of four values, in columns on a narrow page. */
export const lossChartStyles = css`
  @container (max-width: 420px) {
    .readout.single {
      display: grid;
      grid-template-columns: repeat(2, max-content);
    }

    .single .position {
      grid-column: 1 / -1;
    }
  }

  @container (max-width: 330px) {
    .readout.single {
      grid-template-columns: max-content;
    }
  }

  .legend {
    display: inline-flex;
    flex-wrap: wrap;
    gap: 0 14px;
  }
`;
