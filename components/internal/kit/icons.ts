/** The icons of the buttons, drawn here so that no font is needed. All are decorative. */
import { svg, type SVGTemplateResult } from 'lit';

const icon = (body: SVGTemplateResult): SVGTemplateResult =>
  svg`<svg class="icon" viewBox="0 0 16 16" width="14" height="14" fill="currentColor" aria-hidden="true">${body}</svg>`;

export const playIcon = icon(
  svg`<path d="M4 2.4v11.2a.6.6 0 0 0 .92.5l8.6-5.6a.6.6 0 0 0 0-1L4.92 1.9a.6.6 0 0 0-.92.5Z" />`,
);

export const pauseIcon = icon(
  svg`<rect x="3" y="2" width="3.6" height="12" rx=".8" /><rect x="9.4" y="2" width="3.6" height="12" rx=".8" />`,
);

export const againIcon = icon(
  svg`<path d="M8 2.2a5.8 5.8 0 1 0 5.6 7.3.8.8 0 0 0-1.55-.4A4.2 4.2 0 1 1 11.2 5.2H9.4a.8.8 0 0 0 0 1.6h3.7a.8.8 0 0 0 .8-.8V2.4a.8.8 0 0 0-1.6 0v1.7A5.8 5.8 0 0 0 8 2.2Z" />`,
);

export const stopIcon = icon(svg`<rect x="3" y="3" width="10" height="10" rx="1.5" />`);

export const themeIcon = icon(
  svg`<path d="M8 1.2a6.8 6.8 0 1 0 0 13.6A6.8 6.8 0 0 0 8 1.2Zm0 1.6v10.4A5.2 5.2 0 0 1 8 2.8Z" />`,
);

export const closeIcon = icon(
  svg`<path d="M3.3 3.3a.8.8 0 0 1 1.1 0L8 6.9l3.6-3.6a.8.8 0 0 1 1.1 1.1L9.1 8l3.6 3.6a.8.8 0 0 1-1.1 1.1L8 9.1l-3.6 3.6a.8.8 0 0 1-1.1-1.1L6.9 8 3.3 4.4a.8.8 0 0 1 0-1.1Z" />`,
);

export const forkIcon = icon(
  svg`<path d="M4 1.2a2 2 0 0 1 .8 3.83V6.4c0 .66.54 1.2 1.2 1.2h4c.66 0 1.2-.54 1.2-1.2V5.03a2 2 0 1 1 1.6 0V6.4A2.8 2.8 0 0 1 10 9.2H8.8v1.77a2 2 0 1 1-1.6 0V9.2H6a2.8 2.8 0 0 1-2.8-2.8V5.03A2 2 0 0 1 4 1.2Z" />`,
);

export const undoIcon = icon(
  svg`<path d="M6.6 2.3a.8.8 0 0 1 0 1.1L4.7 5.3h5a4.3 4.3 0 0 1 0 8.6H6.2a.8.8 0 0 1 0-1.6h3.5a2.7 2.7 0 0 0 0-5.4h-5l1.9 1.9a.8.8 0 1 1-1.1 1.1L2.2 6.7a.8.8 0 0 1 0-1.1l3.3-3.3a.8.8 0 0 1 1.1 0Z" />`,
);

export const redoIcon = icon(
  svg`<path d="M9.4 2.3a.8.8 0 0 0 0 1.1l1.9 1.9h-5a4.3 4.3 0 0 0 0 8.6h3.5a.8.8 0 0 0 0-1.6H6.3a2.7 2.7 0 0 1 0-5.4h5L9.4 8.8a.8.8 0 1 0 1.1 1.1l3.3-3.2a.8.8 0 0 0 0-1.1l-3.3-3.3a.8.8 0 0 0-1.1 0Z" />`,
);

export const moreIcon = icon(
  svg`<circle cx="3" cy="8" r="1.5" /><circle cx="8" cy="8" r="1.5" /><circle cx="13" cy="8" r="1.5" />`,
);
