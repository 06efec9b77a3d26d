/** Formats a report: the tables and their section of RESULTS.md. */
import { networks } from './networks.js';
import type { AdapterWords } from './stand.js';
import type { CaseResult, Effort, Score } from './tournament.js';

/** A whole benchmark, as data. */
export interface Report {
  /** The command that made it, without `npm run`. */
  command: string;
  /** ISO date. */
  date: string;
  /** Whether every case was measured with every contestant. */
  complete: boolean;
  adapter: AdapterWords;
  /** The processor. */
  processor: string;
  /** The versions of the frameworks and tools. */
  versions: Readonly<Record<string, string>>;
  effort: Effort;
  results: readonly CaseResult[];
}

/** The largest difference of the first losses of equal trainings. */
const lossTolerance = 1e-4;

/** Two or three significant digits; integers unchanged. */
function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return '0';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}

const formatMilliseconds = (value: number): string => value.toFixed(value < 1 ? 3 : 1);

/** The columns of a table whose first row is that of `first`. */
const columnsBeside = (first: string): [heading: string, cell: (score: Score) => string][] => [
  ['', ({ name }) => name],
  ['steps/s', ({ stepsPerSecond }) => formatNumber(stepsPerSecond)],
  ['slowest–fastest', ({ slowest, fastest }) => `${formatNumber(slowest)}–${formatNumber(fastest)}`],
  [`${first} / this`, ({ name, ratio }) => (name === first ? '' : formatNumber(ratio))],
  ['JavaScript ms', ({ javascriptMs }) => formatMilliseconds(javascriptMs)],
  ['main thread ms', ({ mainThreadMs }) => formatMilliseconds(mainThreadMs)],
  ['dispatches', ({ calls }) => formatNumber(calls.dispatches)],
  ['submits', ({ calls }) => formatNumber(calls.submits)],
  ['bind groups', ({ calls }) => formatNumber(calls.bindGroups)],
  ['new buffers', ({ calls }) => formatNumber(calls.buffers)],
  ['passes', ({ calls }) => formatNumber(calls.passes)],
  ['bytes written', ({ calls }) => formatNumber(calls.bytesWritten)],
  ['steps measured', ({ steps }) => steps.toLocaleString('en')],
  ['loss difference', ({ lossDifference }) => (lossDifference === 0 ? '0' : lossDifference.toExponential(1))],
];

/** A Markdown table of one case, its columns aligned. */
function table(scores: readonly Score[]): string {
  const columns = columnsBeside(scores[0].name);
  const rows = [
    columns.map(([heading]) => heading),
    ...scores.map((score) => columns.map(([, cell]) => cell(score))),
  ];
  const widths = columns.map((_, column) => Math.max(3, ...rows.map((row) => row[column].length)));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const lines = rows.map((row) =>
    line(row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))),
  );
  const rule = line(
    widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)),
  );
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

/** A case with its table. */
export function renderCase({ benchCase, scores }: CaseResult): string {
  const { network, batchSize, comparedSteps } = benchCase;
  const { side } = networks[network];
  return `### \`${network}\`, batch ${batchSize}

Images of ${side}×${side}; losses compared over the first ${comparedSteps} steps.

${table(scores)}`;
}

/** The warning about times of a software adapter. */
export const softwareCaution =
  'A software adapter computed this on the processor: only the ratios mean anything, not the times themselves. The ratio to tf.js depends on the driver too: on Mesa’s lavapipe it is 14 to 16 for `tiny`, that to jax-js the same as here.';

/** A whole report in Markdown, without a heading of its own. */
export function renderReport(report: Report): string {
  const { date, adapter, processor, versions, effort, results } = report;
  const software = adapter.software ? `\n\n${softwareCaution}` : '';
  const tools = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `Measured on ${date.slice(0, 10)}, adapter: ${adapter.description}; processor: ${processor}.
${tools.join(', ')}. Medians of ${effort.rounds} interleaved rounds of about ${effort.seconds} s; everything per step.${software}

${results.map(renderCase).join('\n\n')}
`;
}

/** The problems of a report: contestants whose losses differ. */
export function disagreements({ results }: Report): string[] {
  return results.flatMap(({ benchCase, scores }) =>
    scores
      // Written so that NaN disagrees.
      .filter(({ lossDifference }) => !(lossDifference <= lossTolerance))
      .map(
        ({ name, lossDifference }) =>
          `${benchCase.name}: the losses of ${name} differ from ${scores[0].name}'s by ${lossDifference}, more than ${lossTolerance}.`,
      ),
  );
}

/** Writes a section into a file's text; it replaces the previous one of the same command. */
export function replaceSection(text: string, command: string, section: string): string {
  const [begin, end] = [`<!-- ${command}: begin -->`, `<!-- ${command}: end -->`];
  const written = `${begin}\n\n## \`npm run ${command}\`\n\n${section.trim()}\n\n${end}`;
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  return from < 0 || to < from
    ? `${text.trimEnd()}\n\n${written}\n`
    : text.slice(0, from) + written + text.slice(to + end.length);
}
