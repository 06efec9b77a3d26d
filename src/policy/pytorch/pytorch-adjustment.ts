/** Python that gives the schedulers of a policy other times while they run. */
import { schedulePhases } from '../../schedulers/index.js';
import type { Policy, SchedulerSpec, SpecOf } from '../policy.js';
import { childrenOf } from '../schema/policy-rules.js';
import { isSplit } from './pytorch-pieces.js';

/**
 * The assignments that make one policy another with other times.
 *
 * @param path what the schedulers of an entry are in the program: one, or where the entry {@link isSplit} one of several
 */
export function adjustmentLines(
  before: Policy,
  after: Policy,
  path: (entry: number, scheduler: number) => string,
): string[] {
  return before.flatMap(({ scheduler }, index) => {
    const wanted = after[index].scheduler;
    if (!isSplit(scheduler)) return schedulerLines(scheduler, wanted, path(index, 0));
    const others = childrenOf(wanted);
    return childrenOf(scheduler).flatMap((child, position) =>
      schedulerLines(child, others[position], path(index, position)),
    );
  });
}

function schedulerLines(before: SchedulerSpec, after: SchedulerSpec, path: string): string[] {
  const own = ownLines(before, after).map((line) => line.replaceAll('$', path));
  const others = childrenOf(after);
  const inner = childrenOf(before).flatMap((child, index) =>
    schedulerLines(child, others[index], `${path}._schedulers[${index}]`),
  );
  return [...own, ...inner];
}

/** The lines for what differs in the scheduler itself, which they call `$`. */
function ownLines(before: SchedulerSpec, after: SchedulerSpec): string[] {
  const lines = assignments(after);
  const former = assignments(before);
  return lines.join() === former.join() ? [] : lines;
}

function assignments(spec: SchedulerSpec): string[] {
  switch (spec.type) {
    case 'StepLR':
      return [`$.step_size = ${spec.stepSize}`];
    case 'MultiStepLR':
      return [`$.milestones = Counter([${spec.milestones.join(', ')}])`];
    case 'ConstantLR':
    case 'LinearLR':
    case 'PolynomialLR':
      return [`$.total_iters = ${spec.totalIters ?? 5}`];
    case 'SequentialLR':
      return [`$._milestones = [${spec.milestones.join(', ')}]`];
    case 'CosineAnnealingLR':
      return [`$.T_max = ${spec.tMax}`];
    case 'CyclicLR': {
      const { stepSizeUp: up = 2000, stepSizeDown: down = up } = spec;
      return [`$.total_size = ${up + down}.0`, `$.step_ratio = ${up} / ${up + down}`];
    }
    case 'CosineAnnealingWarmRestarts':
      return [`$.T_i = $.T_i // $.T_0 * ${spec.t0}`, `$.T_0 = ${spec.t0}`];
    case 'OneCycleLR':
      return oneCycleLines(spec);
    case 'SWALR':
      return [`$.anneal_epochs = ${spec.annealEpochs ?? 10}`];
    default:
      return [];
  }
}

function oneCycleLines(spec: SpecOf<'OneCycleLR'>): string[] {
  const { totalSteps, epochs = 0, stepsPerEpoch = 0, pctStart = 0.3, threePhase = false } = spec;
  const total = totalSteps ?? epochs * stepsPerEpoch;
  const ends = schedulePhases(total, pctStart, threePhase).map(({ end_step }) => end_step);
  return [
    `$.total_steps = ${total}`,
    `for phase, end in zip($._schedule_phases, [${ends.join(', ')}]):`,
    '    phase["end_step"] = end',
  ];
}
