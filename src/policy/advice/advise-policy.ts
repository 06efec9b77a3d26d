import { checkArgument, isObject } from '../check-argument.js';
import type { PolicyPlan } from '../plan.js';
import type { Policy, PolicyEntry, SchedulerSpec } from '../policy.js';
import type { Advice, AdviceOptions } from './advice.js';
import { entryClock } from './entry-clock.js';
import type { Finding, SchedulerContext } from './finding.js';
import { plateauFloorFindings } from './plateau-floor.js';
import { namedRateFindings, reachedRateFindings } from './rate-advice.js';
import { schedulerFindings } from './scheduler-advice.js';

/** A reader reads no more, and each fix copies a part of the policy. */
const mostAdvice = 16;

type Path = readonly (string | number)[];

/**
 * Finds probable mistakes in a well-formed policy: lengths that do not fit the run, rates that diverge, a plateau that
 * never acts. They are advice, never errors: the policy runs as it is.
 *
 * All are found in closed form, except the highest rate, which a preview of bounded length finds; the work does not grow
 * with the length of the run.
 *
 * @param policy a parsed policy
 * @param plan the whole run; `options.from` is the step at which the policy takes over
 * @returns the most serious first, then in the order of the policy; at most 16; none for a policy that fits
 */
export function advisePolicy(policy: Policy, plan: PolicyPlan, options: AdviceOptions = {}): Advice[] {
  checkArgument('policy', policy, Array.isArray(policy), 'a parsed policy');
  checkArgument('plan', plan, isObject(plan), '{ steps, stepsPerEpoch, epochs }');
  const { from = 0 } = options;
  const found: Advice[] = [];
  const add = (findings: readonly Finding[], path: Path, index?: number): void => {
    for (const finding of findings) {
      if (found.length < mostAdvice) found.push(adviceOf(finding, path, policy, index));
    }
  };

  for (const [index, entry] of policy.entries()) {
    for (const { spec, path } of schedulersIn(entry.scheduler, [index, 'scheduler']))
      add(namedRateFindings(spec, options), path, index);
  }
  if (found.length === 0) add(reachedRateFindings(policy, plan, options), []);

  for (const [index, entry] of policy.entries()) {
    if (found.length >= mostAdvice) break;
    const clock = entryClock(entry, plan, from);
    if (clock.count === 0) {
      add(frequencyFindings(entry, plan, from), [index], index);
      continue;
    }
    const visit = (spec: SchedulerSpec, path: Path, context: SchedulerContext): void => {
      const findings = schedulerFindings(spec, context);
      add(findings, path, index);
      // The parts of a sequence are checked once the sequence fits the run.
      if (findings.some(({ code }) => code === 'never-starts')) return;
      for (const child of childContexts(spec, context)) {
        visit(child.spec, [...path, 'schedulers', child.index], child.context);
      }
    };
    const context: SchedulerContext = {
      entry,
      clock,
      plan,
      from,
      start: 0,
      count: clock.count,
      hasSuccessor: false,
      isWhole: true,
    };
    visit(entry.scheduler, [index, 'scheduler'], context);
  }
  add(plateauFloorFindings(policy, options), [0, 'scheduler'], 0);
  return found;
}

/** The children that act within the run, each with its context. */
function* childContexts(
  spec: SchedulerSpec,
  context: SchedulerContext,
): Generator<{ spec: SchedulerSpec; index: number; context: SchedulerContext }> {
  if (spec.type === 'ChainedScheduler') {
    for (const [index, child] of spec.schedulers.entries())
      yield { spec: child, index, context: { ...context, isWhole: false } };
  }
  if (spec.type !== 'SequentialLR' || (spec.lastEpoch ?? -1) !== -1) return;
  const { schedulers, milestones } = spec;
  for (const [index, child] of schedulers.entries()) {
    const begin = index === 0 ? 0 : milestones[index - 1];
    const end = index < milestones.length ? Math.min(milestones[index], context.count) : context.count;
    if (end <= begin) continue;
    const hasSuccessor = context.hasSuccessor || index < milestones.length;
    yield {
      spec: child,
      index,
      context: { ...context, start: context.start + begin, count: end - begin, hasSuccessor, isWhole: false },
    };
  }
}

/** Every scheduler of an entry with the path to it. */
function* schedulersIn(spec: SchedulerSpec, path: Path): Generator<{ spec: SchedulerSpec; path: Path }> {
  yield { spec, path };
  if (!('schedulers' in spec)) return;
  for (const [index, child] of spec.schedulers.entries())
    yield* schedulersIn(child, [...path, 'schedulers', index]);
}

/** The findings on an entry that is never stepped. */
function frequencyFindings(entry: PolicyEntry, plan: PolicyPlan, from: number): Finding[] {
  const { interval, frequency } = entry;
  const { unit, count } = entryClock({ interval, frequency: 1 }, plan, from);
  if (frequency === 1 || count === 0) return [];
  const fix = { entry: { ...entry, frequency: 1 } };
  if (interval === 'step' && frequency > plan.stepsPerEpoch) {
    const values = { value: frequency, length: plan.stepsPerEpoch };
    return [{ code: 'frequency-beyond-epoch', at: ['frequency'], values, fix }];
  }
  const values = { parameter: 'frequency', value: frequency, length: count, unit };
  return [{ code: 'never-steps', at: ['frequency'], values, fix }];
}

function adviceOf({ at, fix, ...finding }: Finding, path: Path, policy: Policy, index?: number): Advice {
  // Advice on the interval belongs to the entry, and not to its scheduler.
  const start = at[0] === 'interval' ? path.slice(0, 1) : path;
  const fixed = fix === undefined || index === undefined ? undefined : fixedPolicy(policy, index, path, fix);
  return { ...finding, path: [...start, ...at], ...(fixed && { fix: fixed }) };
}

function fixedPolicy(policy: Policy, index: number, path: Path, fix: NonNullable<Finding['fix']>): Policy {
  const entry =
    'entry' in fix
      ? fix.entry
      : { ...policy[index], scheduler: replaced(policy[index].scheduler, path.slice(2), fix.scheduler) };
  return policy.with(index, entry);
}

/** A scheduler in which another one replaces the child at a path. */
function replaced(spec: SchedulerSpec, path: Path, scheduler: SchedulerSpec): SchedulerSpec {
  if (path.length === 0 || !('schedulers' in spec)) return scheduler;
  const index = Number(path[1]);
  const child = replaced(spec.schedulers[index], path.slice(2), scheduler);
  return { ...spec, schedulers: spec.schedulers.with(index, child) };
}
