/** Reads and checks the attributes of `<lr-schedule-plot>` that apply to all its curves. */
import { InputError, type Problem, toProblem } from '../../../src/errors.js';
import { parseFormula } from '../../../src/policy/index.js';
import { numberOf } from '../kit/number-text.js';

/** The texts of the attributes; null without the attribute. */
export interface SettingTexts {
  readonly lr: string | number | null;
  readonly steps: string | number | null;
  readonly stepsPerEpoch: string | number | null;
  readonly scale: string | null;
  readonly metric: string | null;
}

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

/** The most updates that are drawn: more would block the page. */
export const mostSteps = 1_000_000;

/** Reads the attributes. If any of them is invalid, it returns their problems instead of settings. */
export function readSettings(texts: SettingTexts): PlotSettings | Problem[] {
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
    lr: attempt(() => readRate(texts.lr), 0),
    steps: attempt(() => readCount('steps', texts.steps, 100), 1),
    stepsPerEpoch: attempt(() => readCount('steps-per-epoch', texts.stepsPerEpoch, 1), 1),
    scale: attempt(() => readScale(texts.scale), 'linear'),
    metric: attempt(() => readMetric(texts.metric), undefined),
  };
  return problems.length > 0 ? problems : settings;
}

function readRate(text: string | number | null): number {
  if (text === null) return 0.1;
  const rate = numberOf(String(text));
  if (Number.isFinite(rate) && rate >= 0) return rate;
  throw refusal('lr', text, 'number ≥ 0');
}

function readCount(name: string, text: string | number | null, otherwise: number): number {
  if (text === null) return otherwise;
  const count = numberOf(String(text));
  if (Number.isInteger(count) && count >= 1 && count <= mostSteps) return count;
  throw refusal(name, text, `1 ≤ integer ≤ ${mostSteps}`);
}

function readScale(text: string | null): 'linear' | 'log' {
  const scale = text?.trim() ?? 'linear';
  if (scale === 'linear' || scale === 'log') return scale;
  throw refusal('scale', scale, '"linear" | "log"');
}

function readMetric(text: string | null): PlotSettings['metric'] {
  if (text === null) return undefined;
  const result = parseFormula(text, 'epoch');
  if (result.success) return result.formula.evaluate;
  const { received, accepted, reason } = result.problem;
  throw new InputError({
    code: 'config-value',
    message: `metric is "${text}", which is not a formula: ${reason}; accepted: ${accepted}.`,
    path: 'metric',
    received,
    accepted,
  });
}

/** The refusal of an attribute's value. */
export function refusal(path: string, given: string | number, accepted: string): InputError {
  const received = typeof given === 'string' ? `"${given}"` : String(given);
  return new InputError({
    code: 'config-value',
    message: `${path} is ${received}; accepted: ${accepted}.`,
    path,
    received,
    accepted,
  });
}
