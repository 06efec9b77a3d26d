/**
 * What the built-in experiments showed when they were recorded, so that a page reads well before it trains anything:
 * `npm run record:experiments` writes the files, from real runs on Chromium's software adapter.
 */
import type { BuiltInName } from './built-in.js';
import type { RunHistory } from './check.js';
import type { Experiment, Outcome } from './experiment.js';

/** The file of a recorded experiment: the histories, rounded. */
export interface RecordedFile {
  readonly seed: number;
  readonly runs: readonly {
    readonly name: string;
    /** Six decimals; null for a loss that is not a number. */
    readonly loss: readonly (number | null)[];
    /** Each rate with the number of steps that it was used. */
    readonly lr: readonly (readonly [rate: number, steps: number])[];
    readonly diverged?: number;
  }[];
  readonly suggested?: {
    readonly lr: readonly number[];
    readonly loss: readonly (number | null)[];
    readonly steepest: number;
    readonly tenthOfDivergence: number;
  };
}

const files: Readonly<Record<BuiltInName, () => Promise<{ default: unknown }>>> = {
  'three-rates': () => import('./recorded/three-rates.json'),
  'step-decay': () => import('./recorded/step-decay.json'),
  'epoch-or-batch': () => import('./recorded/epoch-or-batch.json'),
  'three-programs': () => import('./recorded/three-programs.json'),
  'warm-up': () => import('./recorded/warm-up.json'),
  cosine: () => import('./recorded/cosine.json'),
  'one-cycle': () => import('./recorded/one-cycle.json'),
  'chained-or-sequential': () => import('./recorded/chained-or-sequential.json'),
  plateau: () => import('./recorded/plateau.json'),
  'find-a-rate': () => import('./recorded/find-a-rate.json'),
  resume: () => import('./recorded/resume.json'),
};

/** Loads what a built-in experiment showed when it was recorded; undefined for any other experiment. */
export async function recordedOutcome(experiment: Experiment): Promise<Outcome | undefined> {
  const { name = '' } = experiment.spec;
  if (!Object.hasOwn(files, name)) return undefined;
  const file = (await files[name as BuiltInName]()).default as RecordedFile;
  return outcomeIn(file, experiment);
}

function outcomeIn({ seed, runs, suggested }: RecordedFile, experiment: Experiment): Outcome {
  const histories = runs.map(({ loss, lr, ...run }): RunHistory => ({
    ...run,
    loss: loss.map(numberOf),
    lr: lr.flatMap(([rate, steps]) => Array.from({ length: steps }, () => rate)),
  }));
  return experiment.outcomeOf(histories, {
    seed,
    ...(suggested && { suggested: { ...suggested, loss: suggested.loss.map(numberOf) } }),
  });
}

const numberOf = (value: number | null): number => value ?? NaN;

/** The file of an outcome. */
export function recordOf({ seed, runs, suggested }: Outcome): RecordedFile {
  return {
    seed,
    runs: runs.map(({ loss, lr, ...run }) => ({
      ...run,
      loss: Array.from(loss, rounded),
      lr: runLengths(Array.from(lr, (rate) => Number(rate.toPrecision(11)))),
    })),
    ...(suggested && {
      suggested: {
        lr: Array.from(suggested.lr, (rate) => Number(rate.toPrecision(6))),
        loss: Array.from(suggested.loss, rounded),
        steepest: suggested.steepest,
        tenthOfDivergence: suggested.tenthOfDivergence,
      },
    }),
  };
}

const rounded = (value: number): number | null => (Number.isFinite(value) ? Number(value.toFixed(6)) : null);

function runLengths(values: readonly number[]): [number, number][] {
  const lengths: [number, number][] = [];
  for (const value of values) {
    const last = lengths.at(-1);
    if (last?.[0] === value) last[1] += 1;
    else lengths.push([value, 1]);
  }
  return lengths;
}
