/** The chart of an experiment: a still picture in SVG, which also prints; its numbers are in the legend below it. */
import { nothing, svg, type TemplateResult } from 'lit';
import { formatRate } from '../internal/kit/format.js';
import { runColors, runDash } from '../internal/kit/run-style.js';

/** One line of a chart. */
export interface PlotLine {
  /** The index of its run, which decides colour and dash. */
  readonly run: number;
  readonly values: ArrayLike<number>;
  /** Whether it ends in a cross, because the loss diverged. */
  readonly isBroken?: boolean;
  /** Whether it is what the schedule will do, not what was used. */
  readonly isPlanned?: boolean;
}

/** What a chart draws, and how large. */
export interface PlotOptions {
  readonly width: number;
  /** The steps of the whole axis. */
  readonly steps: number;
  /** Whether the lines are losses, which are smoothed, or rates, which jump. */
  readonly kind: 'loss' | 'lr';
  /** The x value of each row instead of its step, on a logarithmic axis. */
  readonly rates?: ArrayLike<number>;
  /** The run whose line stands out, by its index. */
  readonly marked?: number;
}

const height = 180;
const margin = { top: 10, right: 12, bottom: 22, left: 46 };

/** How many neighbours on each side a smoothed loss averages. */
const reach = 7;

/** A loss far above the start would press all others together. */
const mostOfStart = 1.7;

/** The moving mean; it ends where the values do, with fewer neighbours. */
function smoothed(values: ArrayLike<number>): number[] {
  return Array.from(values, (_, index) => {
    const from = Math.max(0, index - reach);
    const to = Math.min(values.length - 1, index + reach);
    let sum = 0;
    for (let each = from; each <= to; each += 1) sum += values[each];
    return sum / (to - from + 1);
  });
}

/** Two to five round numbers from 0 to `top`. */
function ticksTo(top: number): number[] {
  const size = 10 ** Math.floor(Math.log10(top));
  const step = [1, 0.5, 0.25, 0.2].map((part) => part * size).find((each) => top / each >= 2) ?? size;
  return Array.from({ length: Math.floor(top / step + 1e-9) + 1 }, (_, index) => index * step);
}

/** The highest value that the vertical axis shows. */
function topOf(lines: readonly PlotLine[], kind: PlotOptions['kind']): number {
  const starts = lines.map(({ values }) => values[0]).filter(Number.isFinite);
  const limit = kind === 'loss' ? Math.max(...starts, 0) * mostOfStart : Infinity;
  const all = lines.flatMap(({ values }) => Array.from(values)).filter((value) => Number.isFinite(value));
  const highest = all.reduce((most, value) => Math.max(most, Math.min(value, limit)), 0);
  return highest > 0 ? highest * 1.04 : 1;
}

/** The chart as an SVG of this width. */
export function experimentPlot(lines: readonly PlotLine[], options: PlotOptions): TemplateResult<2> {
  const { width, steps, kind, rates, marked } = options;
  const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
  const top = topOf(lines, kind);
  const span = rates && { from: Math.log10(rates[0]), to: Math.log10(rates[rates.length - 1]) };
  const x = (step: number): number => {
    const part = span
      ? (Math.log10(rates[step] ?? rates[rates.length - 1]) - span.from) / (span.to - span.from)
      : step / Math.max(1, steps);
    return margin.left + part * inner.width;
  };
  const y = (value: number): number => margin.top + (1 - Math.min(value, top) / top) * inner.height;
  const bottom = margin.top + inner.height;
  return svg`
    ${ticksTo(top).map(
      (
        tick,
      ) => svg`<line class="grid" x1=${margin.left} x2=${width - margin.right} y1=${y(tick)} y2=${y(tick)} />
        <text class="tick" x=${margin.left - 6} y=${y(tick) + 4} text-anchor="end">${formatRate(tick)}</text>`,
    )}
    ${(span ? decadesOf(span) : stepTicks(steps, inner.width)).map(({ at, label }) => {
      const left = span ? margin.left + at * inner.width : x(at);
      return svg`<text class="tick" x=${left} y=${bottom + 16} text-anchor="middle">${label}</text>`;
    })}
    ${kind === 'loss' ? lines.map((line) => pathOf(line, line.values, { x, y, isFaint: true })) : nothing}
    ${lines.map((line) =>
      pathOf(line, kind === 'loss' ? smoothed(line.values) : line.values, {
        x,
        y,
        isStepped: kind === 'lr',
        isMarked: line.run === marked,
      }),
    )}
    ${lines.map((line) => (line.isBroken ? crossOf(line, x, y) : nothing))}
  `;
}

/** The height of every chart. */
export const plotHeight = height;

interface Drawing {
  readonly x: (step: number) => number;
  readonly y: (value: number) => number;
  readonly isFaint?: boolean;
  readonly isStepped?: boolean;
  readonly isMarked?: boolean;
}

const colorClass = (run: number): string => `run-${run % runColors.length}`;

const round = (value: number): string => String(Math.round(value * 10) / 10);

function pathOf(
  { run, isPlanned = false }: PlotLine,
  values: ArrayLike<number>,
  { x, y, isFaint = false, isStepped = false, isMarked = false }: Drawing,
): TemplateResult<2> {
  let path = '';
  let before: number | undefined;
  for (let step = 0; step < values.length; step += 1) {
    const value = values[step];
    if (!Number.isFinite(value)) {
      before = undefined;
      continue;
    }
    const [left, level] = [round(x(step)), round(y(value))];
    if (before === undefined) path += `M${left} ${level}`;
    else path += isStepped ? `H${left}V${level}` : `L${left} ${level}`;
    before = value;
  }
  if (isStepped && before !== undefined) path += `H${round(x(values.length))}`;
  return svg`<path
    class="${isFaint ? 'faint' : isMarked ? 'line marked' : isPlanned ? 'planned' : 'line'} ${colorClass(run)}"
    d=${path}
    stroke-dasharray=${isFaint ? nothing : isPlanned ? '1.5 3.5' : runDash(run).join(' ')}
  />`;
}

function crossOf({ run, values }: PlotLine, x: Drawing['x'], y: Drawing['y']): TemplateResult<2> {
  const last = Array.from(values).findLastIndex((value) => Number.isFinite(value));
  if (last < 0) return svg``;
  const [left, level] = [x(last), y(values[last])];
  return svg`<path
    class="cross ${colorClass(run)}"
    d=${`M${round(left - 5)} ${round(level - 5)}l10 10m0 -10l-10 10`}
  />`;
}

/** Some round steps, as many as there is space for. */
function stepTicks(steps: number, width: number): { at: number; label: string }[] {
  const most = Math.max(2, Math.floor(width / 70));
  const sizes = [5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000];
  const size = sizes.find((each) => steps / each <= most) ?? steps;
  return Array.from({ length: Math.floor(steps / size) + 1 }, (_, index) => ({
    at: index * size,
    label: String(index * size),
  }));
}

/** The powers of ten between two exponents, as parts of the way. */
function decadesOf({ from, to }: { from: number; to: number }): { at: number; label: string }[] {
  const ticks: { at: number; label: string }[] = [];
  for (let exponent = Math.ceil(from - 1e-9); exponent <= to + 1e-9; exponent += 1)
    ticks.push({ at: (exponent - from) / (to - from), label: formatRate(10 ** exponent) });
  return ticks;
}
