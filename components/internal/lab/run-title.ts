/** The names of the schedules of a run. */
import { type Plan, policiesAlong, presentEntry, type Run } from '../../../src/lab/index.js';
import {
  planFrom,
  type Policy,
  type Preset,
  type PresetId,
  presetOfPolicy,
  type PresetPlan,
} from '../../../src/policy/index.js';
import type { Terms } from '../../locales/terms.js';
import { formatRate } from '../kit/format.js';
import { policyName } from '../policy/scheduler-text.js';

/** The part of a run that presets are fitted to. */
type PlannedRun = Pick<Run, 'plan' | 'config'>;

/** A run's whole training, as presets are fitted to it. */
export function wholePlan({ plan, config }: PlannedRun): PresetPlan {
  return { ...plan.value, lr: config.optimizer.lr };
}

/** What is left of a run from a step on, as presets are fitted to it. */
export function remainingPlan(run: PlannedRun, step: number): PresetPlan {
  return { ...planFrom(run.plan.value, step), lr: run.config.optimizer.lr };
}

interface Found {
  readonly plan: Plan;
  readonly lr: number;
  readonly step: number;
  readonly id: PresetId | undefined;
}

const found = new WeakMap<Policy, Found>();

/** Whether a run has a preset by intention: a program only from its start, and with its optimizer. */
function isMeant({ config }: Preset, run: PlannedRun, step: number): boolean {
  const { type, lr } = run.config.optimizer;
  return config === undefined || (step === 0 && type === config.optimizer.type && lr === config.optimizer.lr);
}

/** The preset that a policy is which a run has had from a step on, if it is one. Looked up once for each policy. */
export function presetFrom(run: PlannedRun, policy: Policy, step: number): PresetId | undefined {
  const plan = run.plan.value;
  const { lr } = run.config.optimizer;
  const before = found.get(policy);
  if (before?.plan === plan && before.lr === lr && before.step === step) return before.id;
  const preset = presetOfPolicy(policy, [wholePlan(run), remainingPlan(run, step)]);
  const id = preset !== undefined && isMeant(preset, run, step) ? preset.id : undefined;
  found.set(policy, { plan, lr, step, id });
  return id;
}

/** The name of a policy that a run has had from a step on: a preset's, or those of its schedulers. */
export function titleFrom(run: PlannedRun, policy: Policy, step: number, terms: Terms): string {
  const id = presetFrom(run, policy, step);
  return id === undefined ? policyName(policy) : terms.presets[id].name;
}

/** The schedules of a run, in order: the configured one, then one for each swap; with what is chained on top. */
function titlesAlong(run: Run, terms: Terms): string[] {
  const spans = policiesAlong(run.config.policy, run.interventions.value);
  const titles: string[] = [];
  for (const { change, entries } of spans) {
    if (change?.kind === 'setLr') continue;
    const start = entries.at(0)?.start ?? change?.step ?? 0;
    const base = entries.filter((entry) => entry.start === start).map(presentEntry);
    const chained = entries.filter((entry) => entry.start !== start).map(presentEntry);
    const title = [
      titleFrom(run, base, start, terms),
      ...chained.map(({ scheduler }) => scheduler.type),
    ].join(' + ');
    if (change !== undefined && change.kind !== 'swap') titles[titles.length - 1] = title;
    else titles.push(title);
  }
  return titles;
}

const known = new WeakMap<readonly unknown[], { key: unknown[]; titles: readonly string[] }>();

/** {@link titlesAlong}, computed once for each state of a run: tables ask for it several times a second. */
export function scheduleTitles(run: Run, terms: Terms): readonly string[] {
  const { config, interventions, plan } = run;
  const log = interventions.value;
  const key = [config, plan.value, terms];
  const before = known.get(log);
  if (before?.key.every((part, index) => part === key[index])) return before.titles;
  const titles = titlesAlong(run, terms);
  known.set(log, { key, titles });
  return titles;
}

/** The name of a run's present schedule. */
export function scheduleTitle(run: Run, terms: Terms): string {
  return scheduleTitles(run, terms).at(-1)!;
}

/** The name of a run within a sentence: in quotes, unless it is the letter that the lab gave it. */
export const nameInSentence = (name: string): string => (/^[A-Z]{1,2}$/.test(name) ? name : `“${name}”`);

/** A run's name and that of its schedule; once, where they are the same. */
export const nameAndTitle = (name: string, title: string): string[] =>
  name === title ? [name] : [name, title];

/** The rate of a run's optimizer: the one that was set last. */
function rateOf({ config, interventions }: Run): number {
  const set = interventions.value.findLast((change) => change.kind === 'setLr');
  return set?.lr ?? config.optimizer.lr;
}

/** What tells a run from others with a schedule of the same name: its rate, and its optimizer where that differs. */
export function difference(run: Run, others: readonly Run[], terms: Terms): string | undefined {
  const title = scheduleTitle(run, terms);
  const { type } = run.config.optimizer;
  const rate = rateOf(run);
  const twins = others.filter((other) => scheduleTitle(other, terms) === title);
  if (twins.some(({ config }) => config.optimizer.type !== type)) return `${type} ${formatRate(rate)}`;
  return twins.some((twin) => rateOf(twin) !== rate) ? terms.runs.rate(formatRate(rate)) : undefined;
}

/** The name of a run's present schedule, with what tells it from those of other runs. */
export function distinctTitle(run: Run, others: readonly Run[], terms: Terms): string {
  return [scheduleTitle(run, terms), difference(run, others, terms) ?? []].flat().join(' · ');
}
