import { html, type TemplateResult } from 'lit';

/** A chart in words and numbers. */
export interface ChartTable {
  caption: string;
  columns: readonly string[];
  /** The first cell of a row names it. */
  rows: readonly (readonly string[])[];
  /** The marks, each as a sentence. */
  marks: readonly string[];
}

/** How many rows a table has at most. */
export const mostRows = 50;

/** The table that stands in for a chart, and under it what was done to the runs. */
export function chartTable({ caption, columns, rows, marks }: ChartTable): TemplateResult {
  return html`
    <div class="table" part="table" tabindex="0" role="region" aria-label=${caption}>
      <table>
        <caption class="visually-hidden">
          ${caption}
        </caption>
        <thead>
          <tr>
            ${columns.map((column) => html`<th scope="col">${column}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ([name, ...cells]) => html`
              <tr>
                <th scope="row">${name}</th>
                ${cells.map((cell) => html`<td>${cell}</td>`)}
              </tr>
            `,
          )}
        </tbody>
      </table>
      <ul class="marks">
        ${marks.map((mark) => html`<li>${mark}</li>`)}
      </ul>
    </div>
  `;
}
