/**
 * What can be taken hold of in a learning rate to come: the times at which the live policy's schedulers do something.
 * Each handle stands at the step at which its time has come, and turns a step back into a value of its parameter.
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
import { clockOf, type Clock } from './clock.js';

/** A time of a scheduler that has not come. */
export interface Handle {
  /** The same as long as it is the same parameter. */
  readonly key: string;
  readonly type: SchedulerType;
  /** The parameter in camelCase, and in PyTorch with its place in a list. */
  readonly parameter: string;
  readonly python: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** The step at which a value's time comes. */
  readonly stepOf: (value: number) => number;
  /** The value, within its bounds, whose time comes at a step, or just before it. */
  readonly valueAt: (step: number) => number;
  /** The value moved by so many counts, within its bounds. */
  readonly moved: (value: number, by: number) => number;
  /** The live policy with another value. */
  readonly policyWith: (value: number) => Policy;
}

/** What handles read of a run. */
export interface HandledRun {
  /** What it began with. */
  readonly policy: readonly PolicyEntry[];
  readonly interventions: readonly ChangeAtStep[];
  readonly planned: readonly ChangeAtStep[];
  readonly plan: Plan;
  /** The step that comes next. */
  readonly step: number;
}

type Path = readonly (string | number)[];

/** A scheduler within an entry; all counts are those of the entry. */
interface Place {
  readonly index: number;
  readonly life: LiveSpan;
  readonly path: Path;
  readonly clock: Clock;
  /** The count at which its own count is 0. */
  readonly origin: number;
  /** The count of the next update, which is settled. */
  readonly now: number;
  /** The count at which it hands over, or something planned ends it, or the run. */
  readonly until: number;
}

/** A parameter that is to have a handle; positions are counts of its scheduler. */
interface Grip {
  readonly parameter: string;
  /** Its place in a list. */
  readonly item?: number;
  readonly value: number;
  readonly positionOf: (value: number) => number;
  readonly valueOf: (position: number) => number;
  /** The bounds of the position, beside that it is ahead. */
  readonly least?: number;
  readonly most?: number;
  /** Its time may come after the end of the run. */
  readonly outlastsRun?: boolean;
  /** A share is moved by its position, whole numbers by one. */
  readonly isShare?: boolean;
}

/** The most handles that a chart has. */
const mostHandles = 24;

/**
 * The handles of a run's live policy, in the order of their steps; none of a time at which something planned has put an
 * end to its scheduler.
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
      const clock = clockOf(entry, life.start, plan.stepsPerEpoch);
      const until = clock.countAt(Math.min(plan.steps, ends[index]));
      const place = { index, life, path: [], clock, origin: 0, now: clock.countAt(step), until };
      return handlesIn(entry.scheduler, place, live).filter(
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

function handlesIn(spec: SchedulerSpec, place: Place, live: Policy): Handle[] {
  const { lastEpoch = -1 } = spec as { lastEpoch?: number };
  const shifted = { ...place, origin: place.origin - (lastEpoch + 1) };
  const own = gripsOf(spec, shifted).flatMap((grip) => handleOf(spec, grip, shifted, live) ?? []);
  const milestones = spec.type === 'SequentialLR' ? spec.milestones : undefined;
  const inner = childrenOf(spec).flatMap((child, index) => {
    const path = [...place.path, 'schedulers', index];
    if (milestones === undefined) return handlesIn(child, { ...shifted, path }, live);
    const origin = index === 0 ? shifted.origin : shifted.origin + milestones[index - 1];
    const until = Math.min(place.until, shifted.origin + (milestones.at(index) ?? Infinity));
    if (until <= place.now) return [];
    return handlesIn(index === 0 ? child : restarted(child), { ...place, path, origin, until }, live);
  });
  return [...own, ...inner];
}

/** A scheduler that begins at a milestone, where it counts from 0 whatever it was built with. */
const restarted = (spec: SchedulerSpec): SchedulerSpec => ({ ...spec, lastEpoch: -1 }) as SchedulerSpec;

/** The parameters of a scheduler that say when, as far as their time has not come. */
function gripsOf(spec: SchedulerSpec, place: Place): Grip[] {
  const done = Math.max(0, place.now - place.origin);
  const plain = (parameter: string, value: number): Grip => ({
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
      return milestoneGrips(spec.milestones);
    case 'ConstantLR':
    case 'LinearLR':
    case 'PolynomialLR':
      return [plain('totalIters', spec.totalIters ?? 5)];
    case 'CosineAnnealingLR':
      return [plain('tMax', spec.tMax)];
    case 'CosineAnnealingWarmRestarts':
      return [restartGrip(spec, place, done)];
    case 'CyclicLR':
      return cyclicGrips(spec, done);
    case 'OneCycleLR':
      return oneCycleGrips(spec, place);
    case 'SWALR':
      return [plain('annealEpochs', spec.annealEpochs ?? 10)];
    default:
      return [];
  }
}

/** A length of which several have to pass. */
function multiple(parameter: string, value: number, times: number, offset = 0): Grip {
  return {
    parameter,
    value,
    positionOf: (length) => offset + length * times,
    valueOf: (position) => Math.max(1, Math.round((position - offset) / times)),
  };
}

function milestoneGrips(milestones: readonly number[]): Grip[] {
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

/** The cycle under way is as many times as long as the first as it was, however that was adjusted meanwhile. */
function restartGrip(
  { t0, tMult = 1 }: SpecOf<'CosineAnnealingWarmRestarts'>,
  { life, path, clock, origin }: Place,
  done: number,
): Grip {
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
    const t = Number(valueIn(entry.scheduler, [...path, 't0']));
    if (former === 0) length = t;
    else {
      advance(clock.countAt(step) - origin);
      length = (length / former) * t;
    }
    former = t;
  }
  advance(done);
  return multiple('t0', t0, length / t0, start);
}

function cyclicGrips({ stepSizeUp = 2000, stepSizeDown }: SpecOf<'CyclicLR'>, done: number): Grip[] {
  const down = stepSizeDown ?? stepSizeUp;
  const total = stepSizeUp + down;
  const isUp = done % total < stepSizeUp;
  const cycles = Math.floor(done / total) + (isUp ? 0 : 1);
  const ends = Math.floor(done / total) + 1;
  const up: Grip =
    stepSizeDown === undefined
      ? multiple('stepSizeUp', stepSizeUp, cycles * 2 + 1)
      : multiple('stepSizeUp', stepSizeUp, cycles + 1, cycles * down);
  return [up, multiple('stepSizeDown', down, ends, ends * stepSizeUp)];
}

function oneCycleGrips(spec: SpecOf<'OneCycleLR'>, { until, origin }: Place): Grip[] {
  const { totalSteps, epochs = 0, stepsPerEpoch = 0, pctStart = 0.3, threePhase = false } = spec;
  const total = totalSteps ?? epochs * stepsPerEpoch;
  return [
    {
      parameter: 'pctStart',
      value: pctStart,
      positionOf: (share) => share * total - 1,
      valueOf: (position) => (Math.round(position) + 1) / total,
      // A phase without a step is none.
      most: threePhase ? Math.ceil((total + 1) / 2) - 2 : total - 2,
      isShare: true,
    },
    {
      parameter: 'totalSteps',
      value: total,
      positionOf: (count) => count - 1,
      valueOf: (position) => Math.round(position) + 1,
      // A cycle that ends before the run does would end the run.
      least: Math.min(total, until - origin) - 1,
      most: Math.max(total, until - origin) * 2,
      outlastsRun: true,
    },
  ];
}

function handleOf(spec: SchedulerSpec, grip: Grip, place: Place, live: Policy): Handle | undefined {
  const { parameter, item, value, positionOf, valueOf, isShare = false } = grip;
  const { clock, origin, now, until, index, path } = place;
  const isAhead = (position: number): boolean => position + origin > now;
  const position = positionOf(value);
  if (!isAhead(position)) return undefined;
  const least = Math.max(grip.least ?? 1, 1, now + 1 - origin);
  const end = Math.min(grip.most ?? Infinity, grip.outlastsRun === true ? Infinity : until - origin);
  const most = Math.max(position, end);
  let min = valueOf(least);
  if (!isAhead(positionOf(min))) min = isShare ? valueOf(least + 1) : min + 1;
  // The value as it is stays possible.
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
    stepOf: (wanted) => clock.stepOf(origin + positionOf(wanted)),
    valueAt: (step) => within(valueOf(clock.countAt(step) - origin)),
    moved: (from, by) => within(isShare ? valueOf(positionOf(from) + by) : from + by),
    policyWith: (wanted) =>
      live.map((entry, each) =>
        each === index
          ? { ...entry, scheduler: withValue(entry.scheduler, target, wanted) as SchedulerSpec }
          : entry,
      ),
  };
}

function valueIn(value: unknown, [key, ...rest]: Path): unknown {
  const inner = (value as Readonly<Record<string | number, unknown>>)[key];
  return rest.length === 0 ? inner : valueIn(inner, rest);
}

function withValue(value: unknown, [key, ...rest]: Path, wanted: number): unknown {
  const inner =
    rest.length === 0 ? wanted : withValue((value as Record<string | number, unknown>)[key], rest, wanted);
  if (Array.isArray(value)) return value.map((item: unknown, index) => (index === key ? inner : item));
  return { ...(value as object), [key]: inner };
}
