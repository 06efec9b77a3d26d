/** Reads and checks the attributes of `<lr-schedule-plot>` that apply to all its curves. */
import { countRange, isCount } from '../../../src/config/names.js';
import { badValue, InputError, type Problem, toProblem } from '../../../src/errors.js';
import { parseFormula, printValue } from '../../../src/policy/index.js';
import { numberOf } from '../kit/number-text.js';

/** What the page gave: attributes' texts, or values of properties; null or undefined for what it did not give. */
export type GivenSettings = Readonly<Record<'lr' | 'steps' | 'stepsPerEpoch' | 'scale' | 'metric', unknown>>;

/** The settings that all curves of a plot share. */
export interface PlotSettings {
  /** The optimizer's learning rate. */
  readonly lr: number;
  /** How many updates are drawn. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
  readonly scale: 'linear' | 'log';
  /** A made-up metric by epoch, counted from 0, for schedulers that watch one. */
  readonly metric: ((epoch: number) => number) | undefined;
}

/** Reads the attributes. If any of them is invalid, it returns their problems instead of settings. */
export function readSettings(given: GivenSettings): PlotSettings | Problem[] {
  const problems: Problem[] = [];
  const attempt = <Value>(read: () => Value, fallback: Value): Value => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(toProblem(error));
      return fallback;
    }
  };
  const settings: PlotSettings = {
    lr: attempt(() => readRate(given.lr ?? 0.1), 0),
    steps: attempt(() => readCount('steps', given.steps ?? 100), 1),
    stepsPerEpoch: attempt(() => readCount('steps-per-epoch', given.stepsPerEpoch ?? 1), 1),
    scale: attempt(() => readScale(given.scale ?? 'linear'), 'linear'),
    metric: attempt(() => readMetric(given.metric ?? undefined), undefined),
  };
  return problems.length > 0 ? problems : settings;
}

function readRate(given: unknown): number {
  const rate = numberFrom(given);
  if (Number.isFinite(rate) && rate >= 0) return rate;
  throw badValue('lr', printValue(given), 'number ≥ 0');
}

function readCount(name: string, given: unknown): number {
  const count = numberFrom(given);
  if (isCount(count)) return count;
  throw badValue(name, printValue(given), countRange);
}

function numberFrom(given: unknown): number {
  if (typeof given === 'number') return given;
  return typeof given === 'string' ? numberOf(given) : NaN;
}

function readScale(given: unknown): 'linear' | 'log' {
  const scale = typeof given === 'string' ? given.trim() : given;
  if (scale === 'linear' || scale === 'log') return scale;
  throw badValue('scale', printValue(scale), '"linear" | "log"');
}

function readMetric(given: unknown): PlotSettings['metric'] {
  if (given === undefined) return undefined;
  if (typeof given !== 'string') throw badValue('metric', printValue(given), 'a formula of epoch, as text');
  const result = parseFormula(given, 'epoch');
  if (result.success) return result.formula.evaluate;
  const { received, accepted, reason } = result.problem;
  throw new InputError({
    code: 'config-value',
    message: `metric is "${given}", which is not a formula: ${reason}; accepted: ${accepted}.`,
    path: 'metric',
    received,
    accepted,
  });
}
