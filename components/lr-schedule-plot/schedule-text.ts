/** The texts of `<lr-schedule-plot>` about its curves: names, values, a sentence, a table. */
import { mostRows, type ChartTable } from '../internal/chart/chart-table.js';
import { formatRate, noValue } from '../internal/kit/format.js';
import { spreadIndices } from '../internal/kit/spread-indices.js';
import { extremesOf } from '../internal/kit/extremes.js';
import type { Terms } from '../locales/terms.js';
import type { ScheduleCurve } from '../internal/policy/schedule-curve.js';
import type { Schedule } from './schedule-panels.js';

/** The words that the texts use. */
type PlotTerms = Pick<Terms, 'charts' | 'presets' | 'schedulePlot'>;

/** A whole number in the reader's language. */
export type FormatNumber = (value: number) => string;

/** The name of a curve: the page's, its preset's, or that of its schedulers. */
export function nameOf({ label, preset, schedulers }: ScheduleCurve, terms: PlotTerms): string {
  const given = label?.trim() ?? '';
  if (given !== '') return given;
  if (preset !== undefined) return terms.presets[preset].name;
  return schedulers === '' ? terms.presets.constant.name : schedulers;
}

/** The distinct values of all param groups at a step: `0.1 · 0.01`. */
export function valuesAt(groups: readonly Float64Array[] | undefined, step: number): string {
  const values = (groups ?? []).map((rows) => rows[step]).filter((value) => Number.isFinite(value));
  return values.length === 0 ? noValue : [...new Set(values.map(formatRate))].join(' · ');
}

/** The first and the last learning rate: `0.1 → 0.001`, or only `0.1` if it is constant. */
export function courseOf({ lr, failure }: ScheduleCurve): string {
  const [lowest, highest] = extremeRates(lr);
  if (lowest === highest) return highest;
  return `${valuesAt(lr, 0)} → ${valuesAt(lr, failure?.step ?? lr[0].length - 1)}`;
}

/** The widest text that the rates of a step can have. */
export function widestRates({ lr }: ScheduleCurve): string {
  return lr.map(() => formatRate(0.001234)).join(' · ');
}

/** The values at a step, or an overview of every curve, in sentences. */
export function describeSchedule(
  { curves, metric, settings }: Schedule,
  step: number | undefined,
  terms: PlotTerms,
  number: FormatNumber,
): string {
  const words = terms.schedulePlot;
  const steps = number(settings.steps);
  const sentences = curves.flatMap((curve) => {
    const name = nameOf(curve, terms);
    const { lr, momentum } = curve;
    if (step === undefined) {
      const [lowest, highest] = extremeRates(lr);
      const last = curve.failure?.step ?? settings.steps - 1;
      return words.overview(name, number(last + 1), valuesAt(lr, 0), valuesAt(lr, last), lowest, highest);
    }
    const rate = words.rateOf(name, valuesAt(lr, step));
    return momentum === undefined ? rate : [rate, words.momentumOf(name, valuesAt(momentum, step))];
  });
  if (step === undefined) return sentences.join(' ');
  if (metric !== undefined) sentences.push(words.metricOf(valuesAt([metric], step)));
  return [words.stepOf(number(step), steps), ...sentences].join(' ');
}

/** A table of the curves at a few evenly chosen steps. */
export function tabulateSchedule(
  { curves, metric, settings }: Schedule,
  caption: string,
  terms: PlotTerms,
  number: FormatNumber,
): ChartTable {
  const { steps, stepsPerEpoch } = settings;
  const { columns } = terms.charts;
  const words = terms.schedulePlot;
  const several = curves.length > 1;
  const series = curves.flatMap((curve) => {
    const name = nameOf(curve, terms);
    const rate = { title: several ? name : columns.learningRate, rows: curve.lr };
    if (curve.momentum === undefined) return [rate];
    return [rate, { title: several ? words.momentumColumn(name) : words.momentum, rows: curve.momentum }];
  });
  if (metric !== undefined) series.push({ title: words.metric, rows: [metric] });
  const hasEpochs = stepsPerEpoch > 1;
  return {
    caption,
    columns: [columns.step, ...(hasEpochs ? [words.epoch] : []), ...series.map(({ title }) => title)],
    rows: spreadIndices(steps, mostRows).map((step) => [
      number(step),
      ...(hasEpochs ? [number(epochAt(step, stepsPerEpoch))] : []),
      ...series.map(({ rows }) => valuesAt(rows, step)),
    ]),
    marks: [],
  };
}

/** The epoch of a step, counted from 1. */
export function epochAt(step: number, stepsPerEpoch: number): number {
  return Math.floor(step / stepsPerEpoch) + 1;
}

function extremeRates(groups: readonly Float64Array[]): [lowest: string, highest: string] {
  const [lowest, highest] = extremesOf(groups.flatMap((rows) => extremesOf(rows)));
  return [formatRate(lowest), formatRate(highest)];
}
