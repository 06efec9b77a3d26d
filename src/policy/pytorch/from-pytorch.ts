import { parsePolicy } from '../schema/parse-policy.js';
import type { PolicyResult } from '../schema/parse-policy.js';
import type { Monitor } from '../policy.js';
import type { PolicyIssue } from '../schema/policy-issue.js';
import { readProgram } from '../python/python-program.js';
import type { ProgramReading } from '../python/python-program.js';
import { PythonRefusal } from '../python/python-refusal.js';
import type { BuiltScheduler } from '../python/python-value.js';
import type { StepCall } from '../python/scheduler-step.js';

/** The longest code that is read, in characters. */
export const longestCode = 100_000;

/** An entry as far as it is known, and the scheduler each part of it comes from. */
interface ReadEntry {
  readonly schedulers: readonly BuiltScheduler[];
  /** Whether the schedulers are stepped one after another in the place of one ChainedScheduler. */
  readonly chained: boolean;
  readonly step: StepCall | undefined;
  readonly monitor: Monitor | undefined;
}

/**
 * Reads a policy out of Python code that builds PyTorch's schedulers and steps them: whole scripts, the examples of
 * PyTorch's documentation, and whatever `toPyTorch` writes. Never throws.
 *
 * Code that trains, loads data or prints is passed over. What concerns schedulers is either understood exactly or refused,
 * with the line and the reason: nothing is guessed. Without a loop that steps them, schedulers are taken
 * to be stepped once an epoch.
 */
export function fromPyTorch(code: string): PolicyResult {
  try {
    if (code.length > longestCode) {
      throw new PythonRefusal('size', 1, `the code is longer than ${longestCode} characters`);
    }
    const entries = entriesOf(readProgram(code));
    const result = parsePolicy(entries.map(entryInput));
    if (result.success) return result;
    return { success: false, issues: result.issues.map((issue) => located(issue, entries)) };
  } catch (error) {
    if (error instanceof PythonRefusal) return { success: false, issues: [issueOf(error)] };
    throw error;
  }
}

function entriesOf(reading: ProgramReading): ReadEntry[] {
  const { schedulers, steps } = reading;
  const topLevel = schedulers.filter(({ parent }) => parent === undefined);
  if (topLevel.length === 0 && !reading.hasOptimizer) {
    throw new PythonRefusal('python-empty', 1, 'the code builds no scheduler of torch.optim.lr_scheduler');
  }
  checkRoots(reading);
  const isStepped = steps.length > 0 || reading.roots.length > 0;
  const stepOf = new Map<BuiltScheduler, StepCall>();
  for (const step of steps) {
    const { scheduler, line } = step;
    const earlier = stepOf.get(scheduler);
    if (earlier)
      throw new PythonRefusal(
        'python-stepping',
        line,
        `this ${scheduler.type} is also stepped in line ${earlier.line}`,
      );
    stepOf.set(scheduler, step);
  }
  const entries: ReadEntry[] = [];
  const taken = new Set<BuiltScheduler>();
  for (const scheduler of topLevel) {
    if (taken.has(scheduler)) continue;
    const step = stepOf.get(scheduler);
    if (isStepped && step === undefined) {
      throw new PythonRefusal(
        'python-stepping',
        scheduler.line,
        `this ${scheduler.type} is built but never stepped`,
      );
    }
    const chain = step && chainOf(step, steps);
    for (const { scheduler: member } of chain ?? []) taken.add(member);
    entries.push(
      chain
        ? {
            schedulers: chain.map(({ scheduler: member }) => member),
            chained: true,
            step,
            monitor: chain.find(({ metric }) => metric)?.metric,
          }
        : { schedulers: [scheduler], chained: false, step, monitor: step?.metric },
    );
  }
  checkOrder(entries, schedulers);
  checkSteps(entries);
  return entries;
}

/** The steps of all members of a list, if they are stepped one after another and one of them reads a metric. */
function chainOf(step: StepCall, steps: readonly StepCall[]): StepCall[] | undefined {
  const { list } = step;
  if (list === undefined) return undefined;
  const members = steps.filter((other) => other.list === list);
  const isWhole = members.length === list.length;
  const isTogether = members.every(
    (other, index) =>
      other === steps[steps.indexOf(members[0]) + index] &&
      other.interval === step.interval &&
      other.frequency === step.frequency,
  );
  const metrics = new Set(members.flatMap(({ metric }) => metric ?? []));
  return isWhole && isTogether && metrics.size === 1 ? members : undefined;
}

/** A policy builds depth first, in the order of its entries; PyTorch code may build in another. */
function checkOrder(entries: readonly ReadEntry[], schedulers: readonly BuiltScheduler[]): void {
  const order: BuiltScheduler[] = [];
  const visit = (scheduler: BuiltScheduler): void => {
    scheduler.children.forEach(visit);
    order.push(scheduler);
  };
  for (const entry of entries) entry.schedulers.forEach(visit);
  const first = order.find((scheduler, index) => scheduler !== schedulers[index]);
  if (first === undefined) return;
  throw new PythonRefusal(
    'python-stepping',
    first.line,
    `a policy would build this ${first.type} in another order than the code does`,
  );
}

/** A policy is one training: its schedulers are stepped in one loop, and nothing is trained in another. */
function checkRoots({ steps, roots }: ProgramReading): void {
  const root = steps.at(0)?.root;
  if (root === undefined) return;
  const elsewhere = steps.find((step) => step.root !== root)?.line;
  const otherTraining = roots.find(({ loop, trains }) => trains && loop !== root)?.loop.line;
  const line = elsewhere ?? otherTraining;
  if (line === undefined) return;
  const reason = `the schedulers are stepped in the loop of line ${root.line}, and this is another training`;
  throw new PythonRefusal('python-stepping', line, reason);
}

function checkSteps(entries: readonly ReadEntry[]): void {
  for (const interval of ['step', 'epoch'] as const) {
    const lines = entries.flatMap(({ step }) => (step?.interval === interval ? [step.line] : []));
    const early = lines.find((line, index) => index > 0 && line < lines[index - 1]);
    if (early !== undefined) {
      throw new PythonRefusal(
        'python-stepping',
        early,
        'a policy steps its schedulers in the order in which they are built, the code in another',
      );
    }
  }
}

function entryInput({ schedulers, chained, step, monitor }: ReadEntry): unknown {
  const specs = schedulers.map(specOf);
  return {
    scheduler: chained ? { type: 'ChainedScheduler', schedulers: specs, passMetrics: true } : specs[0],
    ...(step && { interval: step.interval, frequency: step.frequency }),
    ...(monitor && { monitor }),
  };
}

function specOf({ type, parameters, children, passMetrics }: BuiltScheduler): Record<string, unknown> {
  return {
    type,
    ...parameters,
    ...(children.length > 0 && { schedulers: children.map(specOf) }),
    ...(passMetrics && { passMetrics }),
  };
}

/** Adds the line of the scheduler that an issue of the policy is about. */
function located(issue: PolicyIssue, entries: readonly ReadEntry[]): PolicyIssue {
  const [position, , ...rest] = issue.path;
  const entry = entries[Number(position)];
  let { schedulers } = entry;
  let scheduler = schedulers[0];
  let path = entry.chained ? rest : ['schedulers', 0, ...rest];
  while (path[0] === 'schedulers' && typeof path[1] === 'number' && schedulers.length > path[1]) {
    scheduler = schedulers[path[1]];
    schedulers = scheduler.children;
    path = path.slice(2);
  }
  return { ...issue, line: scheduler.line, message: `Line ${scheduler.line}: ${issue.message}` };
}

function issueOf({ code, line, message, received, accepted }: PythonRefusal): PolicyIssue {
  const hint = accepted === '' ? '' : `; accepted: ${accepted}`;
  return { path: [], code, received, accepted, message: `Line ${line}: ${message}${hint}.`, line };
}
