/** Rules between the values of a policy, checked once each value is well formed. */
import type { Interval, Monitor, PolicyEntry, SchedulerSpec, SpecOf } from '../policy.js';
import { formatPath, printValue } from './policy-issue.js';
import type { PolicyIssue, PolicyIssueCode } from './policy-issue.js';
import { parametersOf } from './scheduler-parameters.js';

type Path = readonly (string | number)[];
type Composite = SpecOf<'ChainedScheduler'> | SpecOf<'SequentialLR'>;

/** The schedulers inside a composite; empty for any other scheduler. */
export function childrenOf(spec: SchedulerSpec): readonly SchedulerSpec[] {
  return isComposite(spec) ? spec.schedulers : [];
}

/** Whether a scheduler is ReduceLROnPlateau or holds one, so that stepping it takes a metric. */
export function readsMetric(spec: SchedulerSpec): boolean {
  return spec.type === 'ReduceLROnPlateau' || childrenOf(spec).some(readsMetric);
}

/** The number of param groups that the lists of a policy need; 1 without a list. */
export function groupCountOf(policy: readonly PolicyEntry[]): number {
  return policy.reduce((most, { scheduler }) => Math.max(most, groupsIn(scheduler)), 1);
}

function groupsIn(spec: SchedulerSpec): number {
  const values: Partial<Record<string, unknown>> = { ...spec };
  return Object.entries(parametersOf(spec.type)).reduce(
    (most, [name, parameter]) => {
      const value = values[name];
      const isList = 'perGroup' in parameter && parameter.perGroup === true && Array.isArray(value);
      return isList ? Math.max(most, value.length) : most;
    },
    childrenOf(spec).reduce((most, child) => Math.max(most, groupsIn(child)), 1),
  );
}

/** The default metric of an entry: one that is known when it is stepped. */
export const usualMonitor = (interval: Interval): Monitor => (interval === 'step' ? 'trainLoss' : 'valLoss');

/** The issues of an entry as a whole; `path` leads to it. */
export function entryIssues(entry: PolicyEntry, path: Path): PolicyIssue[] {
  const { scheduler, interval, monitor } = entry;
  if (!readsMetric(scheduler) || interval === 'epoch' || monitor === undefined || monitor === 'trainLoss')
    return [];
  return [
    issue([...path, 'monitor'], 'monitor-interval', {
      received: printValue(monitor),
      accepted: '"trainLoss" | "interval": "epoch"',
      reason: 'a validation metric is known only at the end of an epoch, so "interval" must be "epoch"',
    }),
  ];
}

/** The issues of a scheduler and of those inside it; `path` leads to it. */
export function schedulerIssues(spec: SchedulerSpec, path: Path): PolicyIssue[] {
  const own: PolicyIssue[] = [];
  if (isComposite(spec)) own.push(...metricIssues(spec, path));
  if (spec.type === 'SequentialLR') own.push(...sequentialIssues(spec, path));
  if (spec.type === 'OneCycleLR') own.push(...oneCycleIssues(spec, path));
  const inner = childrenOf(spec).flatMap((child, index) =>
    schedulerIssues(child, [...path, 'schedulers', index]),
  );
  return [...own, ...inner];
}

function isComposite(spec: SchedulerSpec): spec is Composite {
  return spec.type === 'ChainedScheduler' || spec.type === 'SequentialLR';
}

function metricIssues(spec: Composite, path: Path): PolicyIssue[] {
  if (spec.passMetrics || !readsMetric(spec)) return [];
  return [
    issue([...path, 'passMetrics'], 'pass-metrics', {
      received: printValue(spec.passMetrics),
      accepted: 'true',
      reason: `${spec.type} holds ReduceLROnPlateau, which PyTorch refuses; with passMetrics lr-lab passes it the metric`,
    }),
  ];
}

function sequentialIssues({ schedulers, milestones }: SpecOf<'SequentialLR'>, path: Path): PolicyIssue[] {
  const issues: PolicyIssue[] = [];
  if (milestones.length !== schedulers.length - 1) {
    issues.push(
      issue([...path, 'milestones'], 'milestone-count', {
        received: printValue(milestones),
        accepted: `milestones.length = schedulers.length − 1 = ${schedulers.length - 1}`,
        reason: `${schedulers.length} schedulers need ${schedulers.length - 1} milestones, one for each change`,
      }),
    );
  }
  const fall = milestones.findIndex((milestone, index) => index > 0 && milestone <= milestones[index - 1]);
  if (fall > 0) {
    issues.push(
      issue([...path, 'milestones', fall], 'milestone-order', {
        received: printValue(milestones[fall]),
        accepted: `integer > ${milestones[fall - 1]}`,
        reason: 'each milestone must come after the one before it',
      }),
    );
  }
  schedulers.forEach((child, index) => {
    if (index === 0) return;
    const childPath = [...path, 'schedulers', index];
    if (isComposite(child)) {
      issues.push(
        issue([...childPath, 'type'], 'composite-position', {
          received: printValue(child.type),
          accepted: formatPath([...path, 'schedulers', 0]),
          reason:
            'PyTorch cannot start a composite at a milestone; only the first scheduler of SequentialLR may be one',
        }),
      );
    }
    if ((child.type === 'LinearLR' || child.type === 'PolynomialLR') && child.totalIters === 0) {
      issues.push(
        issue([...childPath, 'totalIters'], 'range', {
          received: '0',
          accepted: 'integer ≥ 1',
          reason: 'at a milestone of SequentialLR PyTorch divides by it',
        }),
      );
    }
  });
  return issues;
}

function oneCycleIssues(spec: SpecOf<'OneCycleLR'>, path: Path): PolicyIssue[] {
  const { totalSteps, epochs, stepsPerEpoch, pctStart = 0.3, threePhase = false } = spec;
  const total = totalSteps ?? (epochs ?? NaN) * (stepsPerEpoch ?? NaN);
  if (Number.isNaN(total)) {
    return [
      issue([...path, 'totalSteps'], 'total-steps', {
        received: 'undefined',
        accepted: 'totalSteps | epochs, stepsPerEpoch',
        reason: 'OneCycleLR needs either totalSteps or both epochs and stepsPerEpoch',
      }),
    ];
  }
  // The ends of the phases as OneCycleLR computes them; it divides by the length of each phase that it enters.
  const rise = pctStart * total - 1;
  const ends = threePhase ? [0, rise, 2 * pctStart * total - 2, total - 1] : [0, rise, total - 1];
  const isEmpty = ends.some((end, index) => index > 0 && end === ends[index - 1]);
  if (!isEmpty) return [];
  return [
    issue([...path, 'pctStart'], 'empty-phase', {
      received: printValue(pctStart),
      accepted: threePhase
        ? `pctStart · ${total} ≠ 1, 2 · pctStart · ${total} ≠ ${total + 1}`
        : `pctStart · ${total} ≠ 1`,
      reason: `of ${total} steps this leaves a phase without any, and PyTorch divides by its length`,
    }),
  ];
}

function issue(
  path: Path,
  code: PolicyIssueCode,
  { received, accepted, reason }: { received: string; accepted: string; reason: string },
): PolicyIssue {
  const message = `${formatPath(path)} is ${received}: ${reason}; accepted: ${accepted}.`;
  return { path: [...path], code, received, accepted, message };
}
