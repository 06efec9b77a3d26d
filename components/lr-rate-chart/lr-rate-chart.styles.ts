import { css } from 'lit';

/** What only the rate chart has: it is lower, and its values may come from the plan. */
export const rateChartStyles = css`
  .frame {
    block-size: var(--lr-chart-height, 190px);
  }

  /* The key beside a value is drawn as its line is: solid where it was used, dashed where it is planned. */
  .item:not([data-planned]) .planned,
  .item[data-planned] .used {
    display: none;
  }
`;
