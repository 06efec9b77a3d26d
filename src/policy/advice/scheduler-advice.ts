/**
 * What is probably not meant about the counts of one scheduler: milestones, lengths, patience. A scheduler that is
 * stepped `count` times uses its positions 0 to `count` - 1; the step after the last update changes no update.
 */
import { decayFactor } from '../decay-factor.js';
import type { SchedulerSpec, SpecOf } from '../policy.js';
import { schedulerIssues, usualMonitor } from '../schema/policy-rules.js';
import { countWith, entryWith, momentAt, share, type Finding, type Place } from './finding.js';
import { fittedSequence } from './fitted-sequence.js';

/** How far a curve may exceed the run before that is worth a word. */
const tolerance = 1.1;

/** How far a cosine may rise again, as a part of its length. */
const smallRise = 0.05;

/** A rate below this part of its start no longer trains anything. */
const vanished = 1e-3;

/** What there is to say about a scheduler by itself; of those inside it nothing. */
export function schedulerFindings(spec: SchedulerSpec, place: Place): Finding[] {
  // One that resumes counts from elsewhere.
  if ('lastEpoch' in spec && (spec.lastEpoch ?? -1) !== -1) return [];
  switch (spec.type) {
    case 'StepLR':
      return stepDecay(spec, place);
    case 'MultiStepLR':
      return milestones(spec, place);
    case 'ConstantLR':
      return constant(spec, place);
    case 'LinearLR':
      return linear(spec, place);
    case 'ExponentialLR':
      return exponential(spec, place);
    case 'SequentialLR':
      return sequence(spec, place);
    case 'PolynomialLR':
      return cutShort('total_iters', 'totalIters', spec.totalIters ?? 5, spec, place);
    case 'CosineAnnealingLR':
      return cosine(spec, place);
    case 'ReduceLROnPlateau':
      return plateau(spec, place);
    case 'CyclicLR':
      return cyclic(spec, place);
    case 'CosineAnnealingWarmRestarts':
      return restarts(spec, place);
    case 'OneCycleLR':
      return oneCycle(spec, place);
    case 'SWALR':
      return cutShort('anneal_epochs', 'annealEpochs', spec.annealEpochs ?? 10, spec, place);
    case 'LambdaLR':
    case 'MultiplicativeLR':
    case 'ChainedScheduler':
      return [];
  }
}

/** A count that does not fit, in the values of its sentence. */
function misfit(parameter: string, value: number, { count, clock }: Place) {
  return { parameter, value, length: count, unit: clock.unit };
}

function cutShort(
  parameter: string,
  key: string,
  value: number,
  spec: SchedulerSpec,
  place: Place,
): Finding[] {
  if (value <= tolerance * place.count) return [];
  const fixed = { ...spec, [key]: place.count };
  return [
    { code: 'cut-short', at: [key], values: misfit(parameter, value, place), fix: { scheduler: fixed } },
  ];
}

function cosine(spec: SpecOf<'CosineAnnealingLR'>, place: Place): Finding[] {
  const { tMax } = spec;
  const { count } = place;
  if (count - 1 - tMax <= smallRise * tMax) return cutShort('T_max', 'tMax', tMax, spec, place);
  return [
    {
      code: 'rises-again',
      at: ['tMax'],
      values: { parameter: 'T_max', value: tMax, ...momentAt(place, tMax) },
      fix: { scheduler: { ...spec, tMax: count } },
    },
  ];
}

function linear(spec: SpecOf<'LinearLR'>, place: Place): Finding[] {
  const { startFactor = 1 / 3, endFactor = 1, totalIters = 5 } = spec;
  if (startFactor > endFactor) return cutShort('total_iters', 'totalIters', totalIters, spec, place);
  return startFactor < endFactor ? warmup(totalIters, spec, place) : [];
}

function constant(spec: SpecOf<'ConstantLR'>, place: Place): Finding[] {
  const { factor = 1 / 3, totalIters = 5 } = spec;
  // Where another scheduler follows, the lower rate ends with its milestone.
  return factor < 1 && !place.hasSuccessor ? warmup(totalIters, spec, place) : [];
}

function warmup(
  totalIters: number,
  spec: SpecOf<'LinearLR'> | SpecOf<'ConstantLR'>,
  place: Place,
): Finding[] {
  const { count, hasSuccessor } = place;
  if (totalIters <= count) return [];
  return [
    {
      code: 'warmup-too-long',
      at: ['totalIters'],
      values: misfit('total_iters', totalIters, place),
      fix: { scheduler: { ...spec, totalIters: hasSuccessor ? count : share(count, 0.1) } },
    },
  ];
}

/** After how many cuts by `gamma` a rate has vanished. */
function cutsToVanish(gamma: number): number {
  if (gamma >= 1) return Infinity;
  // Of a tenth three cuts are meant, which the logarithms miss by a rounding.
  return Math.max(1, Math.ceil(Math.log(vanished) / Math.log(gamma) - 1e-9));
}

/** Whether a rate that vanishes after `number` of `count` steps leaves most of the run without training. */
function vanishesEarly(number: number, count: number): boolean {
  return number < count / 2;
}

function exponential(spec: SpecOf<'ExponentialLR'>, place: Place): Finding[] {
  const { count } = place;
  const number = cutsToVanish(spec.gamma);
  if (!vanishesEarly(number, count)) return [];
  const epochs = countWith('epoch', place);
  const fix = suitsEpochs(place, !vanishesEarly(number, epochs))
    ? { entry: entryWith('epoch', spec) }
    : { scheduler: { ...spec, gamma: decayFactor(count) } };
  return [{ code: 'rate-vanishes', at: ['gamma'], values: momentAt(place, number), fix }];
}

function stepDecay(spec: SpecOf<'StepLR'>, place: Place): Finding[] {
  const { stepSize, gamma = 0.1 } = spec;
  const { count } = place;
  if (gamma === 1) return [];
  if (stepSize >= count) {
    const fix = count >= 2 ? { scheduler: { ...spec, stepSize: Math.ceil(count / 3) } } : undefined;
    return [
      {
        code: 'never-changes',
        at: ['stepSize'],
        values: misfit('step_size', stepSize, place),
        ...(fix && { fix }),
      },
    ];
  }
  const number = stepSize * cutsToVanish(gamma);
  if (!vanishesEarly(number, count)) return [];
  const epochs = countWith('epoch', place);
  const gentle = Math.max(gamma, 0.1);
  const fix = suitsEpochs(place, stepSize < epochs && !vanishesEarly(number, epochs))
    ? { entry: entryWith('epoch', spec) }
    : { scheduler: { ...spec, stepSize: Math.ceil(count / cutsToVanish(gentle)), gamma: gentle } };
  return [{ code: 'rate-vanishes', at: ['stepSize'], values: momentAt(place, number), fix }];
}

/** Whether the fix is to step once an epoch: the numbers look like epochs, and the interval is the scheduler's own. */
function suitsEpochs({ isWhole, clock }: Place, fits: boolean): boolean {
  return isWhole && clock.unit === 'step' && fits;
}

function milestones(spec: SpecOf<'MultiStepLR'>, place: Place): Finding[] {
  const { milestones, gamma = 0.1 } = spec;
  const { count } = place;
  const last = milestones.reduce((latest, milestone) => Math.max(latest, milestone), 0);
  if (gamma === 1 || last === 0) return [];
  const late = milestones.findIndex((milestone) => milestone >= count);
  if (late >= 0) {
    const fix = count >= 2 ? { scheduler: spread(spec, last, count) } : undefined;
    return [
      {
        code: 'milestone-late',
        at: ['milestones', late],
        values: misfit('milestones', milestones[late], place),
        ...(fix && { fix }),
      },
    ];
  }
  if (last >= count / 10) return [];
  const epochs = countWith('epoch', place);
  const fix = suitsEpochs(place, last < epochs && last >= epochs / 10)
    ? { entry: entryWith('epoch', spec) }
    : { scheduler: spread(spec, last, count) };
  return [
    {
      code: 'milestones-early',
      at: ['milestones'],
      values: { parameter: 'milestones', value: last, ...momentAt(place, last) },
      fix,
    },
  ];
}

/** The milestones in the same proportions, the last after four fifths of the steps. */
function spread(spec: SpecOf<'MultiStepLR'>, last: number, count: number): SchedulerSpec {
  const moved = spec.milestones.map((milestone) =>
    milestone === 0 ? 0 : Math.min(count - 1, share(milestone, (0.8 * count) / last)),
  );
  return { ...spec, milestones: [...new Set(moved)] };
}

function sequence(spec: SpecOf<'SequentialLR'>, place: Place): Finding[] {
  const { schedulers, milestones } = spec;
  const { count } = place;
  const late = milestones.findIndex((milestone) => milestone >= count);
  if (late < 0) return [];
  const fixed = fittedSequence(spec, count);
  return [
    {
      code: 'never-starts',
      at: ['milestones', late],
      values: { ...misfit('milestones', milestones[late], place), scheduler: schedulers[late + 1].type },
      ...(fixed && { fix: { scheduler: fixed } }),
    },
  ];
}

function plateau(spec: SpecOf<'ReduceLROnPlateau'>, place: Place): Finding[] {
  const { patience = 10, mode = 'min' } = spec;
  const { entry, count } = place;
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
  // The first metric is the best so far, then come `patience` + 1 bad ones, and then an update that uses the cut.
  const fewest = 3;
  if (patience > count - fewest) {
    const fix =
      count >= fewest
        ? { scheduler: { ...spec, patience: Math.min(count - fewest, share(count, 0.1)) } }
        : undefined;
    found.push({
      code: 'plateau-too-patient',
      at: ['patience'],
      values: misfit('patience', patience, place),
      ...(fix && { fix }),
    });
  }
  return found;
}

/** Whether a cycle that is meant for batches steps once an epoch. */
function isPerEpoch({ clock, plan }: Place): boolean {
  return clock.unit === 'epoch' && plan.stepsPerEpoch > 1;
}

function cyclic(spec: SpecOf<'CyclicLR'>, place: Place): Finding[] {
  const { count, isWhole, plan, entry } = place;
  const { stepSizeUp: up = 2000, stepSizeDown: down = up } = spec;
  if (isPerEpoch(place)) {
    const steps = countWith('step', place);
    // A cycle of as many updates as it had, unless its numbers were those of updates all along.
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
      values: misfit('step_size_up', up, place),
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

/** Four cycles of the same proportions. */
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

function restarts(spec: SpecOf<'CosineAnnealingWarmRestarts'>, place: Place): Finding[] {
  const { t0, tMult = 1 } = spec;
  const { count } = place;
  if (t0 <= count) return [];
  // Three cycles, the last of which ends with the run or after it.
  const fixed = { ...spec, t0: Math.ceil(count / (1 + tMult + tMult * tMult)) };
  return [
    { code: 'never-restarts', at: ['t0'], values: misfit('T_0', t0, place), fix: { scheduler: fixed } },
  ];
}

function oneCycle(spec: SpecOf<'OneCycleLR'>, place: Place): Finding[] {
  const { count, hasSuccessor, isWhole } = place;
  if (isPerEpoch(place)) {
    const entry = isWhole && entryWith('step', cycleOf(spec, countWith('step', place)));
    return [cyclePerEpoch(spec.type, entry)];
  }
  const total = spec.totalSteps ?? (spec.epochs ?? NaN) * (spec.stepsPerEpoch ?? NaN);
  const at = [spec.totalSteps === undefined ? 'epochs' : 'totalSteps'];
  const fix = { scheduler: cycleOf(spec, count) };
  // At a milestone the next scheduler is stepped instead.
  if (total < (hasSuccessor ? count - 1 : count)) {
    const values = { parameter: 'total_steps', value: total, ...momentAt(place, total) };
    return [{ code: 'cycle-too-short', at, values, fix }];
  }
  if (total - count <= Math.max(1, (tolerance - 1) * count)) return [];
  return [{ code: 'cut-short', at, values: misfit('total_steps', total, place), fix }];
}

/** The cycle with so many steps, or one more where so many would leave one of its phases empty. */
function cycleOf(spec: SpecOf<'OneCycleLR'>, totalSteps: number): SchedulerSpec {
  const fitted: SpecOf<'OneCycleLR'> = { ...spec, totalSteps };
  delete fitted.epochs;
  delete fitted.stepsPerEpoch;
  return schedulerIssues(fitted, []).length === 0 ? fitted : { ...fitted, totalSteps: totalSteps + 1 };
}
