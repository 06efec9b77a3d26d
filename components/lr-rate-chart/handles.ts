/**
 * The handles of a future learning rate: the times at which the live policy's schedulers act. Each handle is at the
 * step of its time, and converts a step back into a value of its parameter.
 */
import { presentEntry, policiesAlong } from '../../src/lab/index.js';
import type { ChangeAtStep, LiveSpan, Plan, PolicySpan } from '../../src/lab/index.js';
import {
  childrenOf,
  parametersOf,
  type Policy,
  type PolicyEntry,
  type SchedulerSpec,
  type SchedulerType,
  type SpecOf,
} from '../../src/policy/index.js';
import { type Path, valueAt, withValue } from '../internal/policy/policy-tree.js';
import { stepCounterOf, type StepCounter } from './step-counter.js';

/** A future time of a scheduler. */
export interface Handle {
  /** Identifies the parameter. */
  readonly key: string;
  readonly type: SchedulerType;
  /** The parameter in camelCase, and PyTorch's name with its index in a list. */
  readonly parameter: string;
  readonly python: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** The step of a value. */
  readonly stepOf: (value: number) => number;
  /** The value, within its bounds, whose step is this one or the last before it. */
  readonly valueAt: (step: number) => number;
  /** The value moved by a number of counts, within its bounds. */
  readonly moved: (value: number, by: number) => number;
  /** The live policy with another value. */
  readonly policyWith: (value: number) => Policy;
}

/** The part of a run that handles read. */
export interface HandledRun {
  /** The configured policy. */
  readonly policy: readonly PolicyEntry[];
  readonly interventions: readonly ChangeAtStep[];
  readonly planned: readonly ChangeAtStep[];
  readonly plan: Plan;
  /** The next step. */
  readonly step: number;
}

/** A scheduler within an entry; all counts are those of the entry. */
interface SchedulerContext {
  readonly index: number;
  readonly life: LiveSpan;
  readonly path: Path;
  readonly counter: StepCounter;
  /** The count of the entry at which the scheduler's own count is 0. */
  readonly origin: number;
  /** The count of the next update, which can no longer change. */
  readonly now: number;
  /** The count at which the next scheduler, a planned change or the end of the run ends it. */
  readonly until: number;
}

/** A parameter that says when its scheduler acts; positions are counts of its scheduler. */
interface TimeParameter {
  readonly parameter: string;
  /** Its index in a list. */
  readonly item?: number;
  readonly value: number;
  readonly positionOf: (value: number) => number;
  readonly valueOf: (position: number) => number;
  /** The bounds of the position, besides being in the future. */
  readonly least?: number;
  readonly most?: number;
  /** Its time may be after the end of the run. */
  readonly outlastsRun?: boolean;
  /** A share moves by its position, a whole number by one. */
  readonly isShare?: boolean;
}

/** The most handles of a chart. */
const mostHandles = 24;

/**
 * The handles of a run's live policy, in the order of their steps; without times after a planned change that ends
 * their scheduler.
 */
export function handlesOf({ policy, interventions, planned, plan, step }: HandledRun): readonly Handle[] {
  const inOrder = planned.toSorted((one, other) => one.step - other.step);
  const spans = policiesAlong(policy, [...interventions, ...inOrder]);
  const lives = spans[interventions.length].entries;
  const ends = endsOf(lives, spans.slice(interventions.length));
  const live = lives.map(presentEntry);
  return lives
    .flatMap((life, index) => {
      const entry = live[index];
      const counter = stepCounterOf(entry, life.start, plan.stepsPerEpoch);
      const until = counter.countAt(Math.min(plan.steps, ends[index]));
      const context = { index, life, path: [], counter, origin: 0, now: counter.countAt(step), until };
      return handlesIn(entry.scheduler, context, live).filter(
        ({ value, stepOf }) => stepOf(value) <= ends[index],
      );
    })
    .sort((one, other) => one.stepOf(one.value) - other.stepOf(other.value))
    .slice(0, mostHandles);
}

/** The step at which each entry of the live policy is swapped or removed, or given other times, as it is planned. */
function endsOf(lives: readonly LiveSpan[], planned: readonly PolicySpan[]): readonly number[] {
  return lives.map(({ key, versions }) => {
    const isLive = ({ entries }: PolicySpan) =>
      entries.some((span) => span.key === key && span.versions.length === versions.length);
    return planned.find((span) => !isLive(span))?.step ?? Infinity;
  });
}

function handlesIn(spec: SchedulerSpec, context: SchedulerContext, live: Policy): Handle[] {
  const { lastEpoch = -1 } = spec as { lastEpoch?: number };
  const shifted = { ...context, origin: context.origin - (lastEpoch + 1) };
  const own = timeParametersOf(spec, shifted).flatMap((time) => handleOf(spec, time, shifted, live) ?? []);
  const milestones = spec.type === 'SequentialLR' ? spec.milestones : undefined;
  const inner = childrenOf(spec).flatMap((child, index) => {
    const path = [...context.path, 'schedulers', index];
    if (milestones === undefined) return handlesIn(child, { ...shifted, path }, live);
    const origin = index === 0 ? shifted.origin : shifted.origin + milestones[index - 1];
    const until = Math.min(context.until, shifted.origin + (milestones.at(index) ?? Infinity));
    if (until <= context.now) return [];
    return handlesIn(index === 0 ? child : restarted(child), { ...context, path, origin, until }, live);
  });
  return [...own, ...inner];
}

/** A scheduler that starts at a milestone counts from 0, and ignores its own `lastEpoch`. */
const restarted = (spec: SchedulerSpec): SchedulerSpec => ({ ...spec, lastEpoch: -1 }) as SchedulerSpec;

/** The parameters of a scheduler that are future times. */
function timeParametersOf(spec: SchedulerSpec, context: SchedulerContext): TimeParameter[] {
  const done = Math.max(0, context.now - context.origin);
  const plain = (parameter: string, value: number): TimeParameter => ({
    parameter,
    value,
    positionOf: (count) => count,
    valueOf: Math.round,
  });
  switch (spec.type) {
    case 'StepLR': {
      const decays = Math.floor(done / spec.stepSize) + 1;
      return [multiple('stepSize', spec.stepSize, decays)];
    }
    case 'MultiStepLR':
    case 'SequentialLR':
      return milestoneTimes(spec.milestones);
    case 'ConstantLR':
    case 'LinearLR':
    case 'PolynomialLR':
      return [plain('totalIters', spec.totalIters ?? 5)];
    case 'CosineAnnealingLR':
      return [plain('tMax', spec.tMax)];
    case 'CosineAnnealingWarmRestarts':
      return [restartTime(spec, context, done)];
    case 'CyclicLR':
      return cyclicTimes(spec, done);
    case 'OneCycleLR':
      return oneCycleTimes(spec, context);
    case 'SWALR':
      return [plain('annealEpochs', spec.annealEpochs ?? 10)];
    default:
      return [];
  }
}

/** A length that passes several times before it ends. */
function multiple(parameter: string, value: number, times: number, offset = 0): TimeParameter {
  return {
    parameter,
    value,
    positionOf: (length) => offset + length * times,
    valueOf: (position) => Math.max(1, Math.round((position - offset) / times)),
  };
}

function milestoneTimes(milestones: readonly number[]): TimeParameter[] {
  const sorted = milestones.toSorted((one, other) => one - other);
  return milestones.map((value, item) => ({
    parameter: 'milestones',
    item,
    value,
    positionOf: (count) => count,
    valueOf: Math.round,
    least: (sorted.findLast((other) => other < value) ?? -1) + 1,
    most: (sorted.find((other) => other > value) ?? Infinity) - 1,
  }));
}

/** The current cycle keeps its factor over the first one, however `t0` was adjusted in between. */
function restartTime(
  { t0, tMult = 1 }: SpecOf<'CosineAnnealingWarmRestarts'>,
  { life, path, counter, origin }: SchedulerContext,
  done: number,
): TimeParameter {
  let start = 0;
  let length = 0;
  let former = 0;
  const advance = (count: number): void => {
    while (start + length <= count) {
      start += length;
      length *= tMult;
    }
  };
  for (const { step, entry } of life.versions) {
    const t = Number(valueAt(entry.scheduler, [...path, 't0']));
    if (former === 0) length = t;
    else {
      advance(counter.countAt(step) - origin);
      length = (length / former) * t;
    }
    former = t;
  }
  advance(done);
  return multiple('t0', t0, length / t0, start);
}

function cyclicTimes({ stepSizeUp = 2000, stepSizeDown }: SpecOf<'CyclicLR'>, done: number): TimeParameter[] {
  const down = stepSizeDown ?? stepSizeUp;
  const total = stepSizeUp + down;
  const isUp = done % total < stepSizeUp;
  const cycles = Math.floor(done / total) + (isUp ? 0 : 1);
  const ends = Math.floor(done / total) + 1;
  const up: TimeParameter =
    stepSizeDown === undefined
      ? multiple('stepSizeUp', stepSizeUp, cycles * 2 + 1)
      : multiple('stepSizeUp', stepSizeUp, cycles + 1, cycles * down);
  return [up, multiple('stepSizeDown', down, ends, ends * stepSizeUp)];
}

function oneCycleTimes(spec: SpecOf<'OneCycleLR'>, { until, origin }: SchedulerContext): TimeParameter[] {
  const { totalSteps, epochs = 0, stepsPerEpoch = 0, pctStart = 0.3, threePhase = false } = spec;
  const total = totalSteps ?? epochs * stepsPerEpoch;
  return [
    {
      parameter: 'pctStart',
      value: pctStart,
      positionOf: (share) => share * total - 1,
      // As many digits as the pixels can tell.
      valueOf: (position) => Number(((Math.round(position) + 1) / total).toFixed(3)),
      // A phase needs at least one step.
      most: threePhase ? Math.ceil((total + 1) / 2) - 2 : total - 2,
      isShare: true,
    },
    {
      parameter: 'totalSteps',
      value: total,
      positionOf: (count) => count - 1,
      valueOf: (position) => Math.round(position) + 1,
      // A cycle that is shorter than the run would end the run.
      least: Math.min(total, until - origin) - 1,
      most: Math.max(total, until - origin) * 2,
      outlastsRun: true,
    },
  ];
}

function handleOf(
  spec: SchedulerSpec,
  time: TimeParameter,
  context: SchedulerContext,
  live: Policy,
): Handle | undefined {
  const { parameter, item, value, positionOf, valueOf, isShare = false } = time;
  const { counter, origin, now, until, index, path } = context;
  const isAhead = (position: number): boolean => position + origin > now;
  const position = positionOf(value);
  if (!isAhead(position)) return undefined;
  const least = Math.max(time.least ?? 1, 1, now + 1 - origin);
  const end = Math.min(time.most ?? Infinity, time.outlastsRun === true ? Infinity : until - origin);
  const most = Math.max(position, end);
  let min = valueOf(least);
  if (!isAhead(positionOf(min))) min = isShare ? valueOf(least + 1) : min + 1;
  // The current value stays possible.
  min = Math.min(min, value);
  const max = Math.max(valueOf(most), value);
  const within = (wanted: number): number => Math.min(Math.max(wanted, min), max);
  const target = [...path, parameter, ...(item === undefined ? [] : [item])];
  return {
    key: [index, ...target].join('.'),
    type: spec.type,
    parameter,
    python: `${parametersOf(spec.type)[parameter].python}${item === undefined ? '' : `[${item}]`}`,
    value,
    min,
    max,
    stepOf: (wanted) => counter.stepOf(origin + positionOf(wanted)),
    valueAt: (step) => within(valueOf(counter.countAt(step) - origin)),
    moved: (from, by) => within(isShare ? valueOf(positionOf(from) + by) : from + by),
    policyWith: (wanted) =>
      live.map((entry, each) =>
        each === index ? { ...entry, scheduler: withValue(entry.scheduler, target, wanted) } : entry,
      ),
  };
}
