import { html, type TemplateResult } from 'lit';

/** A chart in words and numbers. */
export interface ChartTable {
  caption: string;
  columns: readonly string[];
  /** The first cell of a row is its header. */
  rows: readonly (readonly string[])[];
  /** The marks, each as a sentence. */
  marks: readonly string[];
}

/** The most rows that a table shows. */
export const mostRows = 50;

/** The table that replaces a chart, followed by the marks. */
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
