import { readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';

import type { Report } from './report.js';
import { renderReport, replaceSection } from './report.js';

/** Writes a report to the file of results; it replaces the previous one of the same command. */
export async function record(report: Report, file: string): Promise<void> {
  const text = replaceSection(readFileSync(file, 'utf8'), report.command, renderReport(report));
  // The linter checks this file as well.
  writeFileSync(file, await format(text, { parser: 'markdown' }));
}
