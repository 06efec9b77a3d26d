import { parsePolicy } from '../schema/parse-policy.js';
import type { Monitor, Policy } from '../policy.js';
import { notText } from '../schema/policy-issue.js';
import type { PolicyIssue } from '../schema/policy-issue.js';
import { keyOf, Question } from '../python/outcome/answers.js';
import { suggest } from '../python/outcome/suggest.js';
import type { Answer, PyTorchNote, PyTorchUnknown } from '../python/outcome/answers.js';
import type { SuggestionPlan } from '../python/outcome/suggest.js';
import { PythonRefusal } from '../python/outcome/python-refusal.js';
import { readProgram } from '../python/read-program.js';
import type { ProgramReading } from '../python/read-program.js';
import type { SteppedScheduler } from '../python/program/stepped-schedulers.js';
import type { SchedulerValue } from '../python/values/value.js';
import { readOptimizer } from './read-optimizer.js';
import type { PyTorchOptimizer } from './read-optimizer.js';

/** The longest code that is read, in characters. */
const longestCode = 100_000;

/** The most questions that one program can have. */
const mostQuestions = 30;

/** What is given with the code. */
export interface FromPyTorchOptions {
  /** Answers to what the code does not tell, by what stands in the code: `{ 'len(train_loader)': 94 }`. */
  readonly assume?: Readonly<Record<string, Answer>>;
  /** The training that answers are suggested for. */
  readonly plan?: SuggestionPlan;
}

/** A policy, or what has to be known for one, or why there is none. */
export type PyTorchResult =
  | {
      readonly success: true;
      readonly policy: Policy;
      /** The optimizer that the code builds. */
      readonly optimizer?: PyTorchOptimizer;
      /** How many epochs the code trains, where it tells. */
      readonly epochs?: number;
      /** What was assumed, and what PyTorch would warn about. */
      readonly notes: readonly PyTorchNote[];
    }
  | { readonly success: false; readonly unknowns: readonly PyTorchUnknown[]; readonly issues?: undefined }
  | { readonly success: false; readonly issues: PolicyIssue[]; readonly unknowns?: undefined };

/** An entry as far as it is known, and the scheduler each part of it comes from. */
interface ReadEntry {
  readonly schedulers: readonly SchedulerValue[];
  /** Whether the schedulers are stepped one after another in the place of one ChainedScheduler. */
  readonly chained: boolean;
  readonly step: SteppedScheduler;
  readonly monitor: Monitor | undefined;
}

/**
 * Reads a policy out of Python code that builds PyTorch's schedulers and steps them: whole scripts, functions, classes,
 * Lightning's modules, the examples of PyTorch's documentation, and all that `toPyTorch` writes. Never throws.
 *
 * Code that trains, loads data or prints is passed over. What concerns schedulers is understood exactly, or asked for, or
 * refused with the line and the reason: nothing is guessed, and what is assumed is in the notes.
 */
export function fromPyTorch(code: string, options: FromPyTorchOptions = {}): PyTorchResult {
  const given: unknown = code;
  if (typeof given !== 'string') return { success: false, issues: [notText('The code', given)] };
  const { assume, plan } = (options as FromPyTorchOptions | null) ?? {};
  return readWith(code, assume ?? {}, plan);
}

/** Reads code; what is suggested fits the epochs that the code trains, once they are known. */
function readWith(
  code: string,
  assume: Readonly<Record<string, Answer>>,
  plan: SuggestionPlan | undefined,
  isFitted = false,
): PyTorchResult {
  const answers = new Map<string, Answer>(
    Object.entries(assume).map(([text, answer]) => [keyOf(text), answer]),
  );
  const unknowns = new Map<string, PyTorchUnknown>();
  const asked = (): PyTorchResult => ({
    success: false,
    unknowns: [...unknowns.values()].sort((a, b) => a.line - b.line),
  });
  for (;;) {
    try {
      if (code.length > longestCode) {
        throw new PythonRefusal('size', 1, `the code is longer than ${longestCode} characters`);
      }
      const result = resultOf(readProgram(code, answers));
      // With answers that are only suggested a value may not fit; a person's own may.
      if (unknowns.size === 0) return result;
      const epochs = result.success ? result.epochs : undefined;
      if (!plan || !epochs || epochs === plan.epochs || isFitted) return asked();
      return readWith(code, assume, { ...plan, epochs, steps: epochs * plan.stepsPerEpoch }, true);
    } catch (error) {
      if (error instanceof PythonRefusal) return { success: false, issues: [issueOf(error, code)] };
      if (!(error instanceof Question)) throw error;
      for (const unknown of error.unknowns) {
        const answer = suggest(unknown, plan);
        answers.set(keyOf(unknown.expression), answer);
        const isSuggested = plan !== undefined || unknown.kind === 'choice';
        unknowns.set(unknown.expression, { ...unknown, ...(isSuggested && { suggestion: answer }) });
      }
      if (unknowns.size > mostQuestions) return asked();
    }
  }
}

function resultOf(reading: ProgramReading): PyTorchResult {
  const entries = entriesOf(reading);
  const result = parsePolicy(entries.map(entryInput));
  if (!result.success)
    return { success: false, issues: result.issues.map((issue) => located(issue, entries)) };
  const optimizer = readOptimizer(reading.optimizer);
  const { epochs = 0, notes } = reading;
  const isCounted = Number.isInteger(epochs) && epochs > 0;
  return {
    success: true,
    policy: result.policy,
    ...(optimizer && { optimizer }),
    ...(isCounted && { epochs }),
    notes,
  };
}

function entriesOf({ schedulers, steps }: ProgramReading): ReadEntry[] {
  const stepOf = new Map<SchedulerValue, SteppedScheduler>();
  for (const step of steps) {
    const { scheduler, line } = step;
    const earlier = stepOf.get(scheduler);
    if (earlier)
      throw new PythonRefusal(
        'python-stepping',
        line ?? scheduler.line,
        `this ${scheduler.class} is also stepped in line ${earlier.line ?? earlier.scheduler.line}`,
      );
    stepOf.set(scheduler, step);
  }
  const entries: ReadEntry[] = [];
  const taken = new Set<SchedulerValue>();
  for (const scheduler of schedulers) {
    const step = stepOf.get(scheduler);
    if (step === undefined || taken.has(scheduler)) continue;
    const chain = chainOf(step, steps);
    for (const { scheduler: member } of chain ?? []) taken.add(member);
    entries.push(
      chain
        ? {
            schedulers: chain.map(({ scheduler: member }) => member),
            chained: true,
            step,
            monitor: chain.find(({ metric }) => metric)?.metric,
          }
        : { schedulers: [scheduler], chained: false, step, monitor: step.metric },
    );
  }
  checkOrder(entries, schedulers);
  checkSteps(entries);
  return entries;
}

/** The steps of all members of a list, if they are stepped one after another and one of them reads a metric. */
function chainOf(step: SteppedScheduler, steps: readonly SteppedScheduler[]): SteppedScheduler[] | undefined {
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
function checkOrder(entries: readonly ReadEntry[], schedulers: readonly SchedulerValue[]): void {
  const order: SchedulerValue[] = [];
  const visit = (scheduler: SchedulerValue): void => {
    scheduler.children.forEach(visit);
    order.push(scheduler);
  };
  for (const entry of entries) entry.schedulers.forEach(visit);
  // An adapter is another name of the same scheduler.
  const first = order.find((scheduler, index) => scheduler.parent !== schedulers.at(index)?.parent);
  if (first === undefined) return;
  throw new PythonRefusal(
    'python-stepping',
    first.line,
    `a policy would build this ${first.class} in another order than the code does`,
  );
}

function checkSteps(entries: readonly ReadEntry[]): void {
  for (const interval of ['step', 'epoch'] as const) {
    const steps = entries.flatMap(({ step }) =>
      step.interval === interval && step.line !== undefined ? [step] : [],
    );
    const early = steps.find((step, index) => index > 0 && step.order < steps[index - 1].order);
    if (early !== undefined) {
      throw new PythonRefusal(
        'python-stepping',
        early.line ?? early.scheduler.line,
        'a policy steps its schedulers in the order in which they are built, the code in another',
      );
    }
  }
}

function entryInput({ schedulers, chained, step, monitor }: ReadEntry): unknown {
  const specs = schedulers.map(specOf);
  return {
    scheduler: chained ? { type: 'ChainedScheduler', schedulers: specs, passMetrics: true } : specs[0],
    interval: step.interval,
    frequency: step.frequency,
    ...(monitor && { monitor }),
  };
}

function specOf({ class: type, parameters, children, passMetrics }: SchedulerValue): Record<string, unknown> {
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
  const entry = entries.at(Number(position));
  if (issue.path.length === 0 || !entry) {
    const line = entries.at(0)?.schedulers.at(0)?.line ?? 1;
    return { ...issue, line, message: `Line ${line}: ${issue.message}` };
  }
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

/** What stands in a line of the code, for those refusals that name no part of it. */
function lineOf(code: string, line: number): string {
  const text =
    code
      .split(/\r\n?|\n/)
      .at(line - 1)
      ?.trim() ?? '';
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}

function issueOf(
  { code, line, message, received, accepted, detail, suggestion }: PythonRefusal,
  text: string,
): PolicyIssue {
  const hint = accepted === '' ? '' : `; accepted: ${accepted}`;
  return {
    path: [],
    code,
    received: received === '' && code !== 'python-empty' ? lineOf(text, line) : received,
    accepted,
    message: `Line ${line}: ${message}${hint}.`,
    line,
    ...(detail && { detail }),
    ...(suggestion !== undefined && { suggestion }),
  };
}
