/** The changes that apply a rate: one that a range test suggests, or the lower one after a divergence. */
import type { CompleteConfig } from '../config/index.js';
import { completeConfig } from '../config/index.js';
import type { Change } from '../timeline/index.js';
import { badValue, refusal } from '../errors.js';
import type { Policy, PolicyEntry, SchedulerSpec } from '../policy/index.js';
import { childrenOf } from '../policy/index.js';
import type { Run } from './run/run.js';

/** What a rate is applied to: the run's learning rate, or the maximum of its OneCycleLR. */
export type RateTarget = 'lr' | 'maxLr';

/** An edit of a spec's own values; it applies to the schedulers inside it as well. */
type Edit = (spec: SchedulerSpec) => SchedulerSpec;

function edited(spec: SchedulerSpec, edit: Edit): SchedulerSpec {
  const changed = edit(spec);
  if (childrenOf(changed).length === 0) return changed;
  const schedulers = childrenOf(changed).map((child) => edited(child, edit));
  return { ...changed, schedulers } as SchedulerSpec;
}

const editedPolicy = (entries: readonly PolicyEntry[], edit: Edit): Policy =>
  entries.map((entry) => ({ ...entry, scheduler: edited(entry.scheduler, edit) }));

const someOf = (spec: SchedulerSpec, types: readonly string[]): boolean =>
  types.includes(spec.type) || childrenOf(spec).some((child) => someOf(child, types));

/**
 * The change that sets a rate of a run.
 *
 * @throws InputError `config-value` for a rate that is not above 0, `no-one-cycle` for `maxLr` without a OneCycleLR
 */
export function rateChange(run: Run, lr: number, target: RateTarget): Change {
  if (!Number.isFinite(lr) || lr <= 0) throw badValue('lr', String(lr), 'number > 0');
  if (target === 'lr') return { kind: 'setLr', lr };
  const entries = run.entries.peek();
  if (!entries.some(({ scheduler }) => someOf(scheduler, ['OneCycleLR'])))
    throw refusal('no-one-cycle', `the policy of run ${run.id} holds no OneCycleLR, so it has no maxLr.`);
  const policy = editedPolicy(entries, (spec) =>
    spec.type === 'OneCycleLR' ? { ...spec, maxLr: lr } : spec,
  );
  return { kind: 'swap', policy, handoff: 'continue' };
}

/** Schedulers that always continue from the present rate; the others return to rates that they hold. */
const recursive = [
  'StepLR',
  'MultiStepLR',
  'ConstantLR',
  'LinearLR',
  'ExponentialLR',
  'PolynomialLR',
  'MultiplicativeLR',
  'ChainedScheduler',
  'ReduceLROnPlateau',
];

const isRecursive = (spec: SchedulerSpec): boolean =>
  recursive.includes(spec.type) && childrenOf(spec).every(isRecursive);

/** The fields with rates that a scheduler reaches from any base rate. */
const rateFields = ['baseLr', 'maxLr', 'swaLr'];

/** All rates that a scheduler and the schedulers inside it hold. */
const ratesIn = (spec: SchedulerSpec): number[] => [
  ...Object.entries(spec)
    .filter(([key]) => rateFields.includes(key))
    .flatMap(([, value]) => value as number | number[]),
  ...childrenOf(spec).flatMap(ratesIn),
];

/**
 * The changes that lower a run's rates permanently: the rate alone if its schedulers continue from the present one;
 * otherwise its schedulers are built again on it, with their own rates scaled down.
 *
 * @param entries the policy that is live at that step
 * @param lr the new rate
 * @param used the present rate
 */
export function lowerRate(entries: readonly PolicyEntry[], lr: number, used: number): Change[] {
  if (!Number.isFinite(lr) || lr <= 0) throw badValue('lr', String(lr), 'number > 0');
  const setLr: Change = { kind: 'setLr', lr };
  if (entries.every(({ scheduler }) => isRecursive(scheduler))) return [setLr];
  // None of them may rise above the new rate.
  const held = entries.flatMap(({ scheduler }) => ratesIn(scheduler));
  const highest = held.reduce((most, rate) => Math.max(most, rate), used);
  const scale = (value: unknown): unknown => {
    if (typeof value === 'number') return (value * lr) / highest;
    return Array.isArray(value) ? value.map(scale) : value;
  };
  const policy = editedPolicy(
    entries,
    (spec) =>
      Object.fromEntries(
        Object.entries(spec).map(([key, value]) => [key, rateFields.includes(key) ? scale(value) : value]),
      ) as unknown as SchedulerSpec,
  );
  return [setLr, { kind: 'swap', policy, handoff: 'continue' }];
}

/** Rates at which each optimizer usually trains without diverging. */
const safeRates = { SGD: 0.01, Adam: 0.001, AdamW: 0.001, RMSprop: 0.001, Adagrad: 0.01 };

/** A rate for a run that diverged: a tenth of the one that it then used, and at most what is usually safe. */
export function safeRate(run: Run): number {
  const held = run.held.peek();
  const [used] = run.history.lr;
  const last = used.at(held ? held.step : -1) ?? Infinity;
  return Math.min(last / 10, safeRates[run.config.optimizer.type]);
}

/** The config with one learning rate for all param groups: that of its optimizer. */
export function withoutGroupRates(config: CompleteConfig): CompleteConfig {
  const { groups } = config.optimizer;
  if (groups === undefined) return config;
  const optimizer = { ...config.optimizer, groups: groups.map((group) => ({ ...group, lr: undefined })) };
  return completeConfig({ optimizer }, config);
}

/** A step is good if its loss is at most this many times the first loss. */
const acceptableGrowth = 2;

/**
 * The latest step that a run can be rewound to, well before it diverged: the step of a kept checkpoint, or 0.
 */
export function lastGoodStep({ history, held, checkpoints }: Run): number {
  const { loss } = history;
  // The first loss is of weights before any update.
  const limit = acceptableGrowth * loss[0];
  const isGood = (step: number) => loss[step] <= limit;
  let last = Math.min(held.peek()?.step ?? loss.length - 1, loss.length - 1);
  while (last > 0 && !isGood(last)) last -= 1;
  return checkpoints.all.findLast(({ step }) => step <= last && isGood(step))?.step ?? 0;
}
