/** Checks the data of an experiment and finds every fault with its path; never throws. */
import * as v from 'valibot';

import type { CompleteConfig, Config } from '../config/index.js';
import { completeConfig, datasetNames } from '../config/index.js';
import type { ProblemIssue } from '../errors.js';
import { InputError } from '../errors.js';
import type { Policy } from '../policy/index.js';
import { formatPath, parsePolicy, printValue } from '../policy/index.js';
import type { Change } from '../timeline/index.js';
import type { ChangeSpec, Condition, RunSpec, WrittenExperiment } from './schema.js';
import { experimentSchema, runNotation } from './schema.js';

/** One run of a checked experiment. */
export interface ExperimentRun {
  readonly name: string;
  readonly config: CompleteConfig;
  /** Where the range test gives the optimizer's rate. */
  readonly suggestion?: 'steepest' | 'tenthOfDivergence';
  /** In the order of their steps. */
  readonly changes: readonly (Change & { step: number })[];
  readonly resume?: number;
}

/** A checked experiment. */
export interface ExperimentSpec extends Omit<WrittenExperiment, 'runs' | 'setup'> {
  readonly runs: readonly ExperimentRun[];
}

/** An experiment, or everything that is wrong with the input. */
export type ExperimentResult =
  | { readonly success: true; readonly experiment: ExperimentSpec }
  | { readonly success: false; readonly issues: readonly ProblemIssue[] };

type Path = readonly (string | number)[];

/** What a set-up has where it says nothing: a network that learns in seconds without a GPU, and few steps. */
const usualSetup: Partial<Config> = {
  dataset: 'digits',
  model: 'mlp',
  optimizer: { type: 'SGD', lr: 0.1 },
  policy: [],
  batchSize: 16,
  epochs: 10,
  stepsPerEpoch: 20,
  seed: 7,
};

/** Checks any value and returns an experiment or a list of issues; never throws. */
export function parseExperiment(input: unknown): ExperimentResult {
  const parsed = v.safeParse(experimentSchema, input);
  if (!parsed.success) return { success: false, issues: parsed.issues.map(describe) };
  const issues: ProblemIssue[] = [];
  const { runs: written, setup, ...rest } = parsed.output;
  const runs = written.flatMap((run, index) => {
    const found = runOf(run, setup, ['runs', index], issues);
    return found ? [found] : [];
  });
  issues.push(...nameIssues(parsed.output));
  if (issues.length > 0) return { success: false, issues: withoutRepeats(issues) };
  const experiment: ExperimentSpec = { ...rest, runs };
  if (experiment.adjust && adjustedValue(experiment) === undefined) {
    const { run, parameter } = experiment.adjust;
    const accepted = `a whole number of the schedule of "${run}"`;
    return {
      success: false,
      issues: [issueAt(['adjust', 'parameter'], 'range', printValue(parameter), accepted)],
    };
  }
  return { success: true, experiment };
}

/** {@link parseExperiment} for text: text that is not JSON is an issue `syntax`; never throws. */
export function parseExperimentText(content: string): ExperimentResult {
  let input: unknown;
  try {
    input = JSON.parse(content);
  } catch (error) {
    const received = error instanceof Error ? error.message : String(error);
    const message = `The experiment is not JSON: ${received}.`;
    return { success: false, issues: [{ path: [], code: 'syntax', received, accepted: 'JSON', message }] };
  }
  return parseExperiment(input);
}

/** The value of the parameter that a reader may change; undefined if the schedule has none. */
export function adjustedValue({ runs, adjust }: ExperimentSpec): number | undefined {
  const run = runs.find(({ name }) => name === adjust?.run);
  const values = run?.config.policy.map(({ scheduler }) =>
    new Map<string, unknown>(Object.entries(scheduler)).get(adjust!.parameter),
  );
  return values?.find((value) => typeof value === 'number');
}

/** The run with its complete config; its faults are added to `issues`. */
function runOf(
  run: RunSpec,
  shared: Record<string, unknown>,
  path: Path,
  issues: ProblemIssue[],
): ExperimentRun | undefined {
  const { name, setup = {}, lr, policy, changes, resume } = run;
  const before = issues.length;
  const config = configOf({ ...shared, ...setup }, run, { path, own: Object.keys(setup) }, issues);
  const made = changes
    .map((change, index) => changeOf(change, [...path, 'changes', index], issues))
    .filter((change) => change !== undefined)
    .toSorted((one, other) => one.step - other.step);
  if (policy !== undefined) checkPolicy(policy, [...path, 'policy'], issues);
  if (resume !== undefined && changes.length > 0)
    issues.push(issueAt([...path, 'changes'], 'range', printValue(changes), '[], where a run is resumed'));
  if (!config || issues.length > before) return undefined;
  const suggestion = typeof lr === 'string' ? { suggestion: lr } : {};
  return { name, config, changes: made, ...suggestion, ...(resume !== undefined && { resume }) };
}

function configOf(
  setup: Record<string, unknown>,
  { lr, policy }: RunSpec,
  { path, own }: { path: Path; own: readonly string[] },
  issues: ProblemIssue[],
): CompleteConfig | undefined {
  const config = { ...usualSetup, ...setup } as Config;
  if (typeof config.dataset === 'object' && !('images' in config.dataset)) {
    const accepted = datasetNames.map((name) => `"${name}"`).join(' | ');
    issues.push(issueAt(['setup', 'dataset'], 'range', printValue(config.dataset), accepted));
    return undefined;
  }
  try {
    const optimizer = typeof lr === 'number' ? { ...config.optimizer, lr } : config.optimizer;
    // A faulty policy of the run's own is reported where it stands.
    const own = policy === undefined ? undefined : parsePolicy(policy);
    return completeConfig({ ...config, optimizer, ...(own?.success && { policy: own.policy }) });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const keys = (error.path ?? '').split('.').filter((key) => key !== '' && key !== 'config');
    const isOwn = keys.length > 0 && own.includes(keys[0]);
    const place = [...(isOwn ? [...path, 'setup'] : ['setup']), ...keys.map(indexOrKey)];
    const { code, received = '', accepted = '' } = error;
    if (code === 'policy')
      for (const issue of error.issues ?? [])
        issues.push({ ...issue, path: ['setup', 'policy', ...issue.path] });
    else issues.push(issueAt(place, code === 'unknown-key' ? code : 'range', received, accepted));
    return undefined;
  }
}

const indexOrKey = (key: string): string | number => (/^\d+$/.test(key) ? Number(key) : key);

function changeOf(
  change: ChangeSpec,
  path: Path,
  issues: ProblemIssue[],
): (Change & { step: number }) | undefined {
  if (!('policy' in change)) return change;
  const policy = checkPolicy(change.policy, [...path, 'policy'], issues);
  if (!policy) return undefined;
  if (change.kind === 'swap') return { ...change, policy, handoff: change.handoff ?? 'continue' };
  return { ...change, policy };
}

function checkPolicy(input: unknown, path: Path, issues: ProblemIssue[]): Policy | undefined {
  const result = parsePolicy(input);
  if (result.success) return result.policy;
  for (const issue of result.issues) issues.push({ ...issue, path: [...path, ...issue.path] });
  return undefined;
}

/** Names that two runs share, and names that no run has. */
function nameIssues({ runs, check, stop, guess, rangeTest, adjust }: WrittenExperiment): ProblemIssue[] {
  const names = runs.map(({ name }) => name);
  const accepted = names.map((name) => `"${name}"`).join(' | ');
  const issues: ProblemIssue[] = [];
  const expectRun = (name: string, path: Path): void => {
    if (!names.includes(name)) issues.push(issueAt(path, 'range', printValue(name), accepted));
  };
  const expectRuns = (list: readonly Condition[], path: Path): void => {
    for (const [index, each] of list.entries()) {
      expectRun(each.run, [...path, index, 'run']);
      if ('than' in each) expectRun(each.than, [...path, index, 'than']);
    }
  };
  for (const [index, { name, lr }] of runs.entries()) {
    if (names.indexOf(name) < index)
      issues.push(issueAt(['runs', index, 'name'], 'range', printValue(name), 'a name of its own'));
    if (typeof lr === 'string' && rangeTest === undefined)
      issues.push(issueAt(['runs', index, 'lr'], 'range', printValue(lr), 'number > 0, without rangeTest'));
  }
  expectRuns(check, ['check']);
  if (adjust) expectRun(adjust.run, ['adjust', 'run']);
  for (const [index, { run }] of stop.entries()) expectRun(run, ['stop', index, 'run']);
  for (const [index, { when }] of (guess?.choices ?? []).entries())
    expectRuns(when, ['guess', 'choices', index, 'when']);
  return issues;
}

/** Turns valibot's issue, whose message is what is accepted, into ours. */
function describe(issue: v.BaseIssue<unknown>): ProblemIssue {
  const path = (issue.path ?? []).map((item) => item.key as string | number);
  const received = printValue(issue.input);
  if (issue.type === 'strict_object' && path.length > 0) {
    const { key, input } = issue.path!.at(-1)! as { key: unknown; input: object };
    if (issue.expected === 'never') return issueAt(path, 'unknown-key', printValue(key), issue.message);
    if (typeof key === 'string' && !Object.hasOwn(input, key) && issue.input === undefined)
      return issueAt(path, 'missing', 'undefined', acceptedFor(key));
  }
  if (issue.type === 'variant' && issue.input === undefined)
    return issueAt(path, 'missing', 'undefined', issue.message);
  const isRange = issue.kind === 'validation' || issue.type === 'picklist' || issue.type === 'variant';
  return issueAt(path, isRange ? 'range' : 'type', received, issue.message);
}

const required = new Map<string, string>(
  Object.entries({
    setup: '{ "model": …, "optimizer": …, … }',
    runs: '[{ "name": … }, …]',
    check: '[{ "code": … }, …]',
    name: 'text',
    run: runNotation,
    than: runNotation,
  }),
);

const acceptedFor = (key: string): string => required.get(key) ?? 'number';

function issueAt(path: Path, code: string, received: string, accepted: string): ProblemIssue {
  const place = formatPath(path, 'experiment');
  const fact =
    code === 'missing' ? 'is missing' : code === 'unknown-key' ? 'is not known here' : `is ${received}`;
  return { path: [...path], code, received, accepted, message: `${place} ${fact}; accepted: ${accepted}.` };
}

/** What is shared by several runs is reported once. */
function withoutRepeats(issues: readonly ProblemIssue[]): ProblemIssue[] {
  const seen = new Set<string>();
  return issues.filter(({ message }) => !seen.has(message) && seen.add(message));
}
