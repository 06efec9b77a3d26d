/** Pieces of the reference. */

/** A table, or nothing without rows. */
export function table(head, rows) {
  if (rows.length === 0) return '';
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A heading over a table, or nothing without rows. */
export const section = (title, head, rows, intro = '') =>
  rows.length === 0 ? '' : `## ${title}\n\n${intro}${table(head, rows)}\n`;

/** Text as code, in one line. */
export const code = (text) =>
  text === undefined || text === '' ? '' : `\`${text.replaceAll(/\s+/g, ' ').trim()}\``;
