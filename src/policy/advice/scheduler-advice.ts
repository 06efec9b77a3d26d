/**
 * Finds probable mistakes in the counts of one scheduler: milestones, lengths, patience. A scheduler that is stepped
 * `count` times uses its positions 0 to `count` - 1; the step after the last update changes no update.
 */
import { decayFactor } from '../decay-factor.js';
import type { SchedulerSpec, SpecOf } from '../policy.js';
import { schedulerIssues, usualMonitor } from '../schema/policy-rules.js';
import { countWith, entryWith, momentAt, share, type Finding, type SchedulerContext } from './finding.js';
import { fittedSequence } from './fitted-sequence.js';

/** By what factor a curve may exceed the run without advice. */
const tolerance = 1.1;

/** How far a cosine may rise again without advice, as a fraction of its length. */
const smallRise = 0.05;

/** A rate below this fraction of its start no longer trains anything. */
const vanished = 1e-3;

/** The findings on a scheduler itself, without the schedulers inside it. */
export function schedulerFindings(spec: SchedulerSpec, context: SchedulerContext): Finding[] {
  // A scheduler that resumes does not count from 0.
  if ('lastEpoch' in spec && (spec.lastEpoch ?? -1) !== -1) return [];
  switch (spec.type) {
    case 'StepLR':
      return stepDecay(spec, context);
    case 'MultiStepLR':
      return milestones(spec, context);
    case 'ConstantLR':
      return constant(spec, context);
    case 'LinearLR':
      return linear(spec, context);
    case 'ExponentialLR':
      return exponential(spec, context);
    case 'SequentialLR':
      return sequence(spec, context);
    case 'PolynomialLR':
      return cutShort('total_iters', 'totalIters', spec.totalIters ?? 5, spec, context);
    case 'CosineAnnealingLR':
      return cosine(spec, context);
    case 'ReduceLROnPlateau':
      return plateau(spec, context);
    case 'CyclicLR':
      return cyclic(spec, context);
    case 'CosineAnnealingWarmRestarts':
      return restarts(spec, context);
    case 'OneCycleLR':
      return oneCycle(spec, context);
    case 'SWALR':
      return cutShort('anneal_epochs', 'annealEpochs', spec.annealEpochs ?? 10, spec, context);
    case 'LambdaLR':
    case 'MultiplicativeLR':
    case 'ChainedScheduler':
      return [];
  }
}

/** The values of the sentence about a count that does not fit. */
function misfit(parameter: string, value: number, { count, clock }: SchedulerContext) {
  return { parameter, value, length: count, unit: clock.unit };
}

function cutShort(
  parameter: string,
  key: string,
  value: number,
  spec: SchedulerSpec,
  context: SchedulerContext,
): Finding[] {
  if (value <= tolerance * context.count) return [];
  const fixed = { ...spec, [key]: context.count };
  return [
    { code: 'cut-short', at: [key], values: misfit(parameter, value, context), fix: { scheduler: fixed } },
  ];
}

function cosine(spec: SpecOf<'CosineAnnealingLR'>, context: SchedulerContext): Finding[] {
  const { tMax } = spec;
  const { count } = context;
  if (count - 1 - tMax <= smallRise * tMax) return cutShort('T_max', 'tMax', tMax, spec, context);
  return [
    {
      code: 'rises-again',
      at: ['tMax'],
      values: { parameter: 'T_max', value: tMax, ...momentAt(context, tMax) },
      fix: { scheduler: { ...spec, tMax: count } },
    },
  ];
}

function linear(spec: SpecOf<'LinearLR'>, context: SchedulerContext): Finding[] {
  const { startFactor = 1 / 3, endFactor = 1, totalIters = 5 } = spec;
  if (startFactor > endFactor) return cutShort('total_iters', 'totalIters', totalIters, spec, context);
  return startFactor < endFactor ? warmup(totalIters, spec, context) : [];
}

function constant(spec: SpecOf<'ConstantLR'>, context: SchedulerContext): Finding[] {
  const { factor = 1 / 3, totalIters = 5 } = spec;
  // If another scheduler follows, the lower rate ends at its milestone.
  return factor < 1 && !context.hasSuccessor ? warmup(totalIters, spec, context) : [];
}

function warmup(
  totalIters: number,
  spec: SpecOf<'LinearLR'> | SpecOf<'ConstantLR'>,
  context: SchedulerContext,
): Finding[] {
  const { count, hasSuccessor } = context;
  if (totalIters <= count) return [];
  return [
    {
      code: 'warmup-too-long',
      at: ['totalIters'],
      values: misfit('total_iters', totalIters, context),
      fix: { scheduler: { ...spec, totalIters: hasSuccessor ? count : share(count, 0.1) } },
    },
  ];
}

/** The number of cuts by `gamma` after which a rate has vanished. */
function cutsToVanish(gamma: number): number {
  if (gamma >= 1) return Infinity;
  // Three cuts by a tenth are enough, which the logarithms miss by a rounding error.
  return Math.max(1, Math.ceil(Math.log(vanished) / Math.log(gamma) - 1e-9));
}

/** Whether a rate that vanishes after `number` of `count` steps leaves most of the run without training. */
function vanishesEarly(number: number, count: number): boolean {
  return number < count / 2;
}

function exponential(spec: SpecOf<'ExponentialLR'>, context: SchedulerContext): Finding[] {
  const { count } = context;
  const number = cutsToVanish(spec.gamma);
  if (!vanishesEarly(number, count)) return [];
  const epochs = countWith('epoch', context);
  const fix = suitsEpochs(context, !vanishesEarly(number, epochs))
    ? { entry: entryWith('epoch', spec) }
    : { scheduler: { ...spec, gamma: decayFactor(count) } };
  return [{ code: 'rate-vanishes', at: ['gamma'], values: momentAt(context, number), fix }];
}

function stepDecay(spec: SpecOf<'StepLR'>, context: SchedulerContext): Finding[] {
  const { stepSize, gamma = 0.1 } = spec;
  const { count } = context;
  if (gamma === 1) return [];
  if (stepSize >= count) {
    const fix = count >= 2 ? { scheduler: { ...spec, stepSize: Math.ceil(count / 3) } } : undefined;
    return [
      {
        code: 'never-changes',
        at: ['stepSize'],
        values: misfit('step_size', stepSize, context),
        ...(fix && { fix }),
      },
    ];
  }
  const number = stepSize * cutsToVanish(gamma);
  if (!vanishesEarly(number, count)) return [];
  const epochs = countWith('epoch', context);
  const gentle = Math.max(gamma, 0.1);
  const fix = suitsEpochs(context, stepSize < epochs && !vanishesEarly(number, epochs))
    ? { entry: entryWith('epoch', spec) }
    : { scheduler: { ...spec, stepSize: Math.ceil(count / cutsToVanish(gentle)), gamma: gentle } };
  return [{ code: 'rate-vanishes', at: ['stepSize'], values: momentAt(context, number), fix }];
}

/** Whether stepping once an epoch is the fix: the numbers look like epochs, and the scheduler is the whole entry. */
function suitsEpochs({ isWhole, clock }: SchedulerContext, fits: boolean): boolean {
  return isWhole && clock.unit === 'step' && fits;
}

function milestones(spec: SpecOf<'MultiStepLR'>, context: SchedulerContext): Finding[] {
  const { milestones, gamma = 0.1 } = spec;
  const { count } = context;
  const last = milestones.reduce((latest, milestone) => Math.max(latest, milestone), 0);
  if (gamma === 1 || last === 0) return [];
  const late = milestones.findIndex((milestone) => milestone >= count);
  if (late >= 0) {
    const fix = count >= 2 ? { scheduler: spread(spec, last, count) } : undefined;
    return [
      {
        code: 'milestone-late',
        at: ['milestones', late],
        values: misfit('milestones', milestones[late], context),
        ...(fix && { fix }),
      },
    ];
  }
  if (last >= count / 10) return [];
  const epochs = countWith('epoch', context);
  const fix = suitsEpochs(context, last < epochs && last >= epochs / 10)
    ? { entry: entryWith('epoch', spec) }
    : { scheduler: spread(spec, last, count) };
  return [
    {
      code: 'milestones-early',
      at: ['milestones'],
      values: { parameter: 'milestones', value: last, ...momentAt(context, last) },
      fix,
    },
  ];
}

/** Milestones in the same proportions, the last after four fifths of the steps. */
function spread(spec: SpecOf<'MultiStepLR'>, last: number, count: number): SchedulerSpec {
  const moved = spec.milestones.map((milestone) =>
    milestone === 0 ? 0 : Math.min(count - 1, share(milestone, (0.8 * count) / last)),
  );
  return { ...spec, milestones: [...new Set(moved)] };
}

function sequence(spec: SpecOf<'SequentialLR'>, context: SchedulerContext): Finding[] {
  const { schedulers, milestones } = spec;
  const { count } = context;
  const late = milestones.findIndex((milestone) => milestone >= count);
  if (late < 0) return [];
  const fixed = fittedSequence(spec, count);
  return [
    {
      code: 'never-starts',
      at: ['milestones', late],
      values: { ...misfit('milestones', milestones[late], context), scheduler: schedulers[late + 1].type },
      ...(fixed && { fix: { scheduler: fixed } }),
    },
  ];
}

function plateau(spec: SpecOf<'ReduceLROnPlateau'>, context: SchedulerContext): Finding[] {
  const { patience = 10, mode = 'min' } = spec;
  const { entry, count } = context;
  const found: Finding[] = [];
  const monitor = entry.monitor ?? usualMonitor(entry.interval);
  const rightMode = monitor === 'valAccuracy' ? 'max' : 'min';
  if (mode !== rightMode) {
    found.push({
      code: 'plateau-mode',
      at: ['mode'],
      values: { value: mode, monitor },
      fix: { scheduler: { ...spec, mode: rightMode } },
    });
  }
  // The first metric is the best so far, `patience` + 1 bad ones follow, and then an update that uses the cut.
  const fewest = 3;
  if (patience > count - fewest) {
    const fix =
      count >= fewest
        ? { scheduler: { ...spec, patience: Math.min(count - fewest, share(count, 0.1)) } }
        : undefined;
    found.push({
      code: 'plateau-too-patient',
      at: ['patience'],
      values: misfit('patience', patience, context),
      ...(fix && { fix }),
    });
  }
  return found;
}

/** Whether a cycle that is meant for batches steps once an epoch. */
function isPerEpoch({ clock, plan }: SchedulerContext): boolean {
  return clock.unit === 'epoch' && plan.stepsPerEpoch > 1;
}

function cyclic(spec: SpecOf<'CyclicLR'>, context: SchedulerContext): Finding[] {
  const { count, isWhole, plan, entry } = context;
  const { stepSizeUp: up = 2000, stepSizeDown: down = up } = spec;
  if (isPerEpoch(context)) {
    const steps = countWith('step', context);
    // A cycle of as many updates as before, unless its numbers already were numbers of updates.
    const factor = up + down <= count ? plan.stepsPerEpoch * entry.frequency : 1;
    const scaled = scaledCycle(spec, factor);
    const fixed = cycleLength(scaled) <= tolerance * steps ? scaled : shortCycle(spec, steps);
    return [cyclePerEpoch(spec.type, isWhole && entryWith('step', fixed))];
  }
  if (up + down <= tolerance * count) return [];
  return [
    {
      code: 'cycle-too-long',
      at: ['stepSizeUp'],
      values: misfit('step_size_up', up, context),
      ...(count >= 2 && { fix: { scheduler: shortCycle(spec, count) } }),
    },
  ];
}

function cyclePerEpoch(
  scheduler: SchedulerSpec['type'],
  entry: false | ReturnType<typeof entryWith>,
): Finding {
  return {
    code: 'cycle-per-epoch',
    at: ['interval'],
    values: { scheduler },
    ...(entry && { fix: { entry } }),
  };
}

function cycleLength({ stepSizeUp: up = 2000, stepSizeDown: down = up }: SpecOf<'CyclicLR'>): number {
  return up + down;
}

/** The cycle in the same proportions, short enough for four of them. */
function shortCycle(spec: SpecOf<'CyclicLR'>, count: number): SpecOf<'CyclicLR'> {
  return scaledCycle(spec, count / 4 / cycleLength(spec));
}

function scaledCycle(spec: SpecOf<'CyclicLR'>, factor: number): SpecOf<'CyclicLR'> {
  const { stepSizeUp: up = 2000, stepSizeDown: down } = spec;
  return {
    ...spec,
    stepSizeUp: share(up, factor),
    ...(down !== undefined && { stepSizeDown: Math.round(down * factor) }),
  };
}

function restarts(spec: SpecOf<'CosineAnnealingWarmRestarts'>, context: SchedulerContext): Finding[] {
  const { t0, tMult = 1 } = spec;
  const { count } = context;
  if (t0 <= count) return [];
  // Three cycles; the last one ends with the run or after it.
  const fixed = { ...spec, t0: Math.ceil(count / (1 + tMult + tMult * tMult)) };
  return [
    { code: 'never-restarts', at: ['t0'], values: misfit('T_0', t0, context), fix: { scheduler: fixed } },
  ];
}

function oneCycle(spec: SpecOf<'OneCycleLR'>, context: SchedulerContext): Finding[] {
  const { count, hasSuccessor, isWhole } = context;
  if (isPerEpoch(context)) {
    const entry = isWhole && entryWith('step', cycleOf(spec, countWith('step', context)));
    return [cyclePerEpoch(spec.type, entry)];
  }
  const total = spec.totalSteps ?? (spec.epochs ?? NaN) * (spec.stepsPerEpoch ?? NaN);
  const at = [spec.totalSteps === undefined ? 'epochs' : 'totalSteps'];
  const fix = { scheduler: cycleOf(spec, count) };
  // At a milestone the next scheduler is stepped instead.
  if (total < (hasSuccessor ? count - 1 : count)) {
    const values = { parameter: 'total_steps', value: total, ...momentAt(context, total) };
    return [{ code: 'cycle-too-short', at, values, fix }];
  }
  if (total - count <= Math.max(1, (tolerance - 1) * count)) return [];
  return [{ code: 'cut-short', at, values: misfit('total_steps', total, context), fix }];
}

/** The cycle with this number of steps, or one more if one of its phases would otherwise be empty. */
function cycleOf(spec: SpecOf<'OneCycleLR'>, totalSteps: number): SchedulerSpec {
  const fitted: SpecOf<'OneCycleLR'> = { ...spec, totalSteps };
  delete fitted.epochs;
  delete fitted.stepsPerEpoch;
  return schedulerIssues(fitted, []).length === 0 ? fitted : { ...fitted, totalSteps: totalSteps + 1 };
}
