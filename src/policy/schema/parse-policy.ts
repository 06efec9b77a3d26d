import * as v from 'valibot';
import { InputError } from '../../errors.js';
import { closestWord } from '../../closest-word.js';
import { notationOf } from './parameter.js';
import type { Policy, PolicyEntry, PolicyInput, SchedulerSpec } from '../policy.js';
import { formatPath, printValue, shorten } from './policy-issue.js';
import type { PolicyIssue, PolicyIssueCode } from './policy-issue.js';
import { entryIssues, readsMetric, schedulerIssues, usualMonitor } from './policy-rules.js';
import { entryNotation, entrySchema, objectNotation, schedulerSchema } from './policy-schema.js';
import { isSchedulerType, parametersOf, schedulerTypes } from './scheduler-parameters.js';

/** A policy, or everything that is wrong with the input. */
export type PolicyResult =
  | { readonly success: true; readonly policy: Policy }
  | { readonly success: false; readonly issues: PolicyIssue[] };

/** The deepest nesting of an input; a scheduler in a composite is two levels below the composite. */
const deepestPolicy = 32;

/** The most values that an input may hold. */
const largestPolicy = 20_000;

type Path = readonly (string | number)[];

/**
 * Checks any value and returns a policy or a list of issues; never throws.
 *
 * It accepts a list of entries, one entry, or a bare scheduler (also inside the list). The policy that it returns has one
 * fixed form: a list of entries with their defaults, keys in the table's order, formulas in one spelling, a monitor if a
 * metric is read. Parsing it again returns the same. Parameters left out stay out: PyTorch's defaults apply.
 */
export function parsePolicy(input: unknown): PolicyResult {
  const tooLarge = sizeIssue(input);
  if (tooLarge) return { success: false, issues: [tooLarge] };
  const results = Array.isArray(input)
    ? input.map((item: unknown, index) => parseEntry(item, [index]))
    : [parseEntry(input, [])];
  const issues = results.flatMap((result) => ('issues' in result ? result.issues : []));
  if (issues.length > 0) return { success: false, issues };
  return { success: true, policy: results.flatMap((result) => ('entry' in result ? [result.entry] : [])) };
}

/**
 * The policy in its fixed form, for functions that take one from a caller.
 *
 * @throws InputError `policy` with all issues, if there are any.
 */
export function normalisePolicy(input: PolicyInput): Policy {
  const result = parsePolicy(input);
  if (result.success) return result.policy;
  const { issues } = result;
  const message = `the policy is not valid: ${issues.map((issue) => issue.message).join(' ')}`;
  throw new InputError({ code: 'policy', message, path: 'policy', issues });
}

function parseEntry(input: unknown, path: Path): { entry: PolicyEntry } | { issues: PolicyIssue[] } {
  const bare = isBareScheduler(input);
  const parsed = bare ? v.safeParse(schedulerSchema, input) : v.safeParse(entrySchema, input);
  if (!parsed.success) return { issues: parsed.issues.map((issue) => describe(issue, path)) };
  const entry = bare
    ? { scheduler: parsed.output as SchedulerSpec, interval: 'epoch' as const, frequency: 1 }
    : (parsed.output as PolicyEntry);
  const issues = [
    ...schedulerIssues(entry.scheduler, bare ? path : [...path, 'scheduler']),
    ...entryIssues(entry, path),
  ];
  if (issues.length > 0) return { issues };
  if (!readsMetric(entry.scheduler) || entry.monitor) return { entry };
  return { entry: { ...entry, monitor: usualMonitor(entry.interval) } };
}

function isBareScheduler(input: unknown): boolean {
  return (
    typeof input === 'object' &&
    input !== null &&
    Object.hasOwn(input, 'type') &&
    !Object.hasOwn(input, 'scheduler')
  );
}

/** Turns valibot's issue, whose message is the notation of what is accepted, into ours. */
function describe(issue: v.BaseIssue<unknown>, prefix: Path): PolicyIssue {
  const path = [...prefix, ...(issue.path ?? []).map((item) => item.key as string | number)];
  const place = formatPath(path);
  const last = issue.path?.at(-1);
  const key = last?.key;
  const parent = last?.input;

  if (issue.type === 'strict_object' && typeof key === 'string') {
    const rows = rowsOf(parent);
    if (issue.expected !== 'never') {
      const accepted = rows[key] ?? objectNotation.entry;
      return issueAt(path, 'missing', 'undefined', accepted, `${place} is missing; accepted: ${accepted}.`);
    }
    const accepted = Object.keys(rows).join(', ');
    const suggestion = closestWord(key, Object.keys(rows));
    const message = `${place} is not known here${hint(suggestion)}; accepted: ${accepted}.`;
    return issueAt(path, 'unknown-key', printValue(key), accepted, message, suggestion);
  }

  const received = printValue(issue.input);
  if (issue.type === 'variant' && key === 'type') {
    const suggestion = typeof issue.input === 'string' ? closestWord(issue.input, schedulerTypes) : undefined;
    const code = issue.input === undefined ? 'missing' : 'unknown-scheduler';
    const fact =
      code === 'missing' ? 'is missing' : `is ${received}, which is not a scheduler${hint(suggestion)}`;
    return issueAt(
      path,
      code,
      received,
      issue.message,
      `${place} ${fact}; accepted: ${issue.message}.`,
      suggestion,
    );
  }
  if (issue.type === 'raw_transform') {
    const accepted = issue.expected ?? '';
    const message = `${place} is ${received}, which is not a formula: ${issue.message}; accepted: ${accepted}.`;
    return issueAt(path, 'formula', shorten(issue.received), accepted, message);
  }
  const isWord = issue.type === 'picklist' && typeof issue.input === 'string';
  const words = isWord ? [...issue.message.matchAll(/"(\w+)"/g)].map((match) => match[1]) : [];
  const suggestion = isWord ? closestWord(issue.input, words) : undefined;
  const code = isWord || issue.kind === 'validation' ? 'range' : 'type';
  const message = `${place} is ${received}${hint(suggestion)}; accepted: ${issue.message}.`;
  return issueAt(path, code, received, issue.message, message, suggestion);
}

/** The keys that an object of the input may have, each with what it accepts. */
function rowsOf(parent: unknown): Readonly<Record<string, string>> {
  const type = (parent as { type?: unknown }).type;
  if (!isSchedulerType(type)) return entryNotation;
  const rows = Object.entries(parametersOf(type)).map(
    ([name, parameter]) => [name, notationOf(parameter)] as const,
  );
  return { type: `"${type}"`, ...Object.fromEntries(rows) };
}

function hint(suggestion: string | undefined): string {
  return suggestion === undefined ? '' : ` (did you mean ${suggestion}?)`;
}

function issueAt(
  path: (string | number)[],
  code: PolicyIssueCode,
  received: string,
  accepted: string,
  message: string,
  suggestion?: string,
): PolicyIssue {
  return { path, code, received, accepted, message, ...(suggestion === undefined ? {} : { suggestion }) };
}

/** Refuses input that would take too long or overflow the call stack; cycles are infinitely deep. */
function sizeIssue(input: unknown): PolicyIssue | undefined {
  let values = 0;
  let level: unknown[] = [input];
  for (let depth = 0; level.length > 0; depth += 1) {
    values += level.length;
    const tooDeep = depth > deepestPolicy;
    if (tooDeep || values > largestPolicy) {
      const received = tooDeep ? `> ${deepestPolicy} levels` : `> ${largestPolicy} values`;
      const accepted = tooDeep ? `≤ ${deepestPolicy} levels` : `≤ ${largestPolicy} values`;
      return issueAt([], 'size', received, accepted, `policy has ${received}; accepted: ${accepted}.`);
    }
    level = level.flatMap((value): unknown[] =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
  }
  return undefined;
}
