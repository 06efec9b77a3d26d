/** Finds learning rates of a policy at which training is likely to diverge. */
import { InputError } from '../../errors.js';
import { previewPolicy } from '../live/preview-policy.js';
import type { PolicyPlan } from '../plan.js';
import type { Policy, SchedulerSpec } from '../policy.js';
import { childrenOf, groupCountOf } from '../schema/policy-rules.js';
import type { AdviceOptions } from './advice.js';
import type { Finding } from './finding.js';

/** No network of the lab trains at rates above this. */
const highestRate = 10;

/** The parameters that are rates of their own, independent of the optimizer's. */
const rateKeys = ['baseLr', 'maxLr', 'swaLr'] as const;

/** The most scheduler steps in search of the highest rate. */
const mostSchedulerSteps = 20_000;

/** The findings on rates in a scheduler's parameters that are too high. */
export function namedRateFindings(spec: SchedulerSpec, options: AdviceOptions): Finding[] {
  const values: Partial<Record<string, unknown>> = { ...spec };
  return rateKeys.flatMap((key): Finding[] => {
    const named = values[key];
    if (named === undefined) return [];
    const rates = (Array.isArray(named) ? named : [named]) as number[];
    const rate = rates.reduce((highest, one) => Math.max(highest, one), 0);
    const { code, limit } = limitOf(options);
    if (rate <= limit) return [];
    const lower = rates.map((one) => (one > limit ? safeRate(limit, options) : one));
    const scheduler = { ...spec, [key]: Array.isArray(named) ? lower : lower[0] };
    return [{ code, at: [key], values: { rate, limit }, fix: { scheduler } }];
  });
}

/** The finding on the highest rate that the policy reaches from the optimizer's, if that is too high. */
export function reachedRateFindings(policy: Policy, plan: PolicyPlan, options: AdviceOptions): Finding[] {
  const rate = reachedRate(policy, plan, options);
  const { code, limit } = limitOf(options);
  return rate > limit ? [{ code, at: [], values: { rate, limit } }] : [];
}

function limitOf({ rangeTest }: AdviceOptions): { code: 'rate-high' | 'rate-above-test'; limit: number } {
  const diverged = rangeTest?.diverged;
  return diverged === undefined
    ? { code: 'rate-high', limit: highestRate }
    : { code: 'rate-above-test', limit: diverged };
}

function safeRate(limit: number, { lr, rangeTest }: AdviceOptions): number {
  // A suggestion is a guess from a noisy curve; two digits are enough.
  const suggested = rangeTest?.suggested && Number(rangeTest.suggested.toPrecision(2));
  const candidates = [suggested, lr, 0.1].filter((rate) => rate !== undefined);
  return candidates.find((rate) => rate > 0 && rate <= limit) ?? limit / 10;
}

/**
 * The highest rate of the first updates: of as many as the bound allows, which are all updates of a short run.
 */
function reachedRate(policy: Policy, plan: PolicyPlan, { lr, from = 0 }: AdviceOptions): number {
  if (lr === undefined || !(lr >= 0 && lr < Infinity)) return 0;
  const schedulers = policy.reduce((count, { scheduler }) => count + sizeOf(scheduler), 1);
  const groups = groupCountOf(policy);
  const affordable = Math.floor(mostSchedulerSteps / (schedulers * groups));
  const steps = Math.min(plan.steps - from, affordable);
  if (!(steps >= 1)) return lr;
  try {
    const { stepsPerEpoch } = plan;
    const rates = previewPolicy(policy, {
      lr,
      steps,
      stepsPerEpoch,
      groups: Array.from({ length: groups }, () => ({})),
    }).lr;
    return rates.reduce(
      (highest, row) => row.reduce((one, other) => (other > one ? other : one), highest),
      0,
    );
  } catch (error) {
    // A policy that an optimizer refuses has a more serious fault, which the preview reports.
    if (error instanceof InputError) return 0;
    throw error;
  }
}

function sizeOf(spec: SchedulerSpec): number {
  return childrenOf(spec).reduce((count, child) => count + sizeOf(child), 1);
}
