/** Checks the histories of an experiment: what each condition finds, in numbers. The locales make sentences of it. */
import type { Condition, ConditionCode, StopRule } from './schema.js';

/** The history of one run of an experiment, as far as it counts. */
export interface RunHistory {
  readonly name: string;
  /** The loss of each step before its update. */
  readonly loss: ArrayLike<number>;
  /** The rate of each step, of the first param group. */
  readonly lr: ArrayLike<number>;
  /** The step at which the loss diverged, if it did. */
  readonly diverged?: number;
}

/** What a condition found. */
export interface Finding {
  readonly code: ConditionCode;
  readonly holds: boolean;
  readonly run: string;
  /** The run that it is compared with. */
  readonly than?: string;
  readonly values: FindingValues;
}

/** The numbers of a finding; which of them are there depends on its code. */
export interface FindingValues {
  /** How many steps the run made. */
  readonly steps: number;
  /** The step at which `run` or `than` diverged. */
  readonly diverged?: number;
  readonly thanDiverged?: number;
  /** The loss at the start, or before the cut, and at the end. */
  readonly from?: number;
  readonly loss?: number;
  readonly thanLoss?: number;
  /** The step that it is about, and the rate there. */
  readonly step?: number;
  readonly lr?: number;
  readonly thanLr?: number;
}

/** How many losses are averaged by default: a single batch says little. */
const usualLast = 20;

/** Rates that differ by less are the same: schedulers that take other ways to a rate round differently. */
const rounding = 1e-9;

/** A rate that falls by less than this part was not cut. */
const leastCut = 0.01;

/** The mean of the last losses up to a step; infinite for a run that diverged. */
function meanLoss({ loss, diverged }: RunHistory, last = usualLast, end = loss.length): number {
  if (diverged !== undefined && end >= loss.length) return Infinity;
  const from = Math.max(0, end - last);
  let sum = 0;
  for (let step = from; step < end; step += 1) sum += loss[step];
  return sum / Math.max(1, end - from);
}

const highest = ({ lr }: RunHistory): number =>
  Array.from(lr).reduce((most, rate) => Math.max(most, rate), 0);
const lowest = ({ lr }: RunHistory): number =>
  Array.from(lr).reduce((least, rate) => Math.min(least, rate), Infinity);
const lastOf = ({ lr }: RunHistory): number => lr[lr.length - 1] ?? NaN;

/** The steps at which the rate is lower than at the step before. */
export function cutsOf({ lr }: Pick<RunHistory, 'lr'>): number[] {
  return Array.from(lr).flatMap((rate, step) =>
    step > 0 && rate < lr[step - 1] * (1 - leastCut) ? [step] : [],
  );
}

/** The first step from which the rate is at most a share of the first one. */
function stepBelow({ lr }: Pick<RunHistory, 'lr'>, share: number): number | undefined {
  const step = Array.from(lr).findIndex((rate) => rate <= lr[0] * share);
  return step < 0 ? undefined : step;
}

const isClose = (one: number, other: number, tolerance = rounding): boolean =>
  Math.abs(one - other) <= tolerance * Math.max(Math.abs(one), Math.abs(other));

function areSame(one: ArrayLike<number>, other: ArrayLike<number>, tolerance: number): boolean {
  return (
    one.length === other.length &&
    Array.from(one).every((value, step) => isClose(value, other[step], tolerance))
  );
}

/** What the conditions find in the histories, in their order. */
export function checkHistories(
  conditions: readonly Condition[],
  histories: readonly RunHistory[],
): Finding[] {
  return conditions.map((condition) => find(condition, histories));
}

function find(condition: Condition, histories: readonly RunHistory[]): Finding {
  const historyOf = (name: string): RunHistory => {
    const found = histories.find((history) => history.name === name);
    if (found) return found;
    throw new Error(
      `no run is named ${JSON.stringify(name)}; there are: ${histories.map((each) => each.name).join(', ')}.`,
    );
  };
  const run = historyOf(condition.run);
  const than = 'than' in condition ? historyOf(condition.than) : undefined;
  const { holds, ...found } = judge(condition, run, than);
  const values: FindingValues = {
    steps: run.loss.length,
    ...(run.diverged !== undefined && { diverged: run.diverged }),
    ...(than?.diverged !== undefined && { thanDiverged: than.diverged }),
    ...found,
  };
  const { code } = condition;
  return { code, holds, run: run.name, ...(than && { than: than.name }), values };
}

type Judgement = { holds: boolean } & Partial<FindingValues>;

function judge(condition: Condition, run: RunHistory, than: RunHistory | undefined): Judgement {
  switch (condition.code) {
    case 'falls': {
      const [from, loss] = [run.loss[0], meanLoss(run, condition.last)];
      return { holds: loss <= from * condition.share, from, loss };
    }
    case 'stays': {
      const [from, loss] = [run.loss[0], meanLoss(run, condition.last)];
      return { holds: Number.isFinite(loss) && loss >= from * condition.share, from, loss };
    }
    case 'diverges':
      return { holds: run.diverged !== undefined, loss: meanLoss(run) };
    case 'lower-loss': {
      const [loss, thanLoss] = [meanLoss(run, condition.last), meanLoss(than!, condition.last)];
      const holds = Number.isFinite(loss) && loss <= thanLoss * (condition.share ?? 1);
      return { holds, loss, thanLoss };
    }
    case 'rate-below': {
      const step = stepBelow(run, condition.share);
      const holds = step !== undefined && step <= condition.by;
      return {
        holds,
        from: run.lr[0],
        step: step ?? condition.by,
        lr: run.lr[step ?? condition.by] ?? lastOf(run),
      };
    }
    case 'rate-at': {
      const { step } = condition;
      const lr = run.lr[step] ?? NaN;
      // As exact as a person writes it.
      return { holds: isClose(lr, condition.lr, 1e-3), step, lr };
    }
    case 'higher-peak': {
      const [lr, thanLr] = [highest(run), highest(than!)];
      return { holds: lr >= thanLr * condition.times, lr, thanLr };
    }
    case 'rate-returns': {
      const [lr, least] = [lastOf(run), lowest(run)];
      return { holds: lr >= least * condition.times && lr > least, lr, thanLr: least };
    }
    case 'rate-cycles': {
      const peak = highest(run);
      const step = Array.from(run.lr).indexOf(peak);
      const lr = lastOf(run);
      return { holds: step > 0 && run.lr[0] < peak && lr <= peak * condition.share, step, lr, thanLr: peak };
    }
    case 'same-rates':
      return { holds: areSame(run.lr, than!.lr, rounding), lr: lastOf(run), thanLr: lastOf(than!) };
    case 'same-losses':
      return { holds: areSame(run.loss, than!.loss, 0), loss: meanLoss(run), thanLoss: meanLoss(than!) };
    case 'ends-higher': {
      const [lr, thanLr] = [lastOf(run), lastOf(than!)];
      return { holds: lr >= thanLr * condition.times && lr > thanLr, lr, thanLr };
    }
    case 'cut-helps': {
      const step = cutsOf(run).at(0);
      if (step === undefined) return { holds: false, loss: meanLoss(run, condition.last) };
      const [from, loss] = [meanLoss(run, condition.last, step), meanLoss(run, condition.last)];
      return {
        holds: loss <= from * condition.share,
        from,
        loss,
        step,
        lr: run.lr[step],
        thanLr: run.lr[step - 1],
      };
    }
  }
}

/** Why an experiment ended: at a rule's event, or because its runs had made all their steps. */
export interface Stop {
  readonly code: StopRule['when'] | 'end';
  /** The run that the event happened to. */
  readonly run?: string;
  /** The step of the event, or of the end. */
  readonly step: number;
  /** How many steps of each run count. */
  readonly steps: number;
}

/** How many losses must be below together: a single batch says little. */
const belowTogether = 10;

/** The first event in the histories so far, if one has happened. */
export function stopOf(rules: readonly StopRule[], histories: readonly RunHistory[]): Stop | undefined {
  const stops = rules.flatMap((rule): Stop[] => {
    const history = histories.find(({ name }) => name === rule.run);
    const step = history && eventOf(rule, history);
    if (step === undefined) return [];
    return [{ code: rule.when, run: rule.run, step, steps: step + 1 + (rule.more ?? 0) }];
  });
  return stops.toSorted((one, other) => one.steps - other.steps).at(0);
}

/** Why the histories end: at the first event and what follows it, or at their last step. */
export function endOf(rules: readonly StopRule[], histories: readonly RunHistory[]): Stop {
  const steps = Math.max(...histories.map(({ loss }) => loss.length));
  const stop = stopOf(rules, histories);
  return stop ? { ...stop, steps: Math.min(stop.steps, steps) } : { code: 'end', step: steps - 1, steps };
}

function eventOf(rule: StopRule, history: RunHistory): number | undefined {
  switch (rule.when) {
    case 'diverges':
      return history.diverged;
    case 'loss-below': {
      for (let end = belowTogether; end <= history.loss.length; end += 1)
        if (meanLoss({ ...history, diverged: undefined }, belowTogether, end) <= history.loss[0] * rule.share)
          return end - 1;
      return undefined;
    }
    case 'rate-below':
      return stepBelow(history, rule.share);
    case 'cut':
      return cutsOf(history).at((rule.times ?? 1) - 1);
  }
}
