/** What a reader did to a run, as data: together with the config it replays the run. */
import { badValue, InputError, runFinished } from '../errors.js';
import { planFrom, type Policy, type PresetId, presetOf } from '../policy/index.js';
import type { Plan } from './plan.js';

/**
 * Where a swapped-in policy starts: from the current learning rate, from the configured one, or as PyTorch does on a
 * used optimizer, whose `initial_lr` is kept.
 */
export type Handoff = 'continue' | 'restart' | 'torch';

/** When an intervention acts: before the next update, at the next epoch's first update, or before a given step's. */
export type At = 'now' | 'epoch' | number;

/** A change of what sets a run's learning rate. */
export type Change =
  /** With `counterfactual`, the policy before it continues as a fork once the swap has acted. */
  | { kind: 'swap'; policy: Policy; handoff: Handoff; counterfactual?: true }
  | { kind: 'chain'; policy: Policy }
  | { kind: 'unchain'; index: number }
  /** The live policy with other times; its schedulers continue, see `src/policy/live/adjust-policy.ts`. */
  | { kind: 'adjust'; policy: Policy }
  | { kind: 'setLr'; lr: number };

/** A preset that is not fitted yet, with the optimizer's learning rate. */
export interface UnfittedPolicy {
  preset: PresetId;
  lr: number;
}

/** A change as it is asked for: only at its step is it known what is left of the run, to which a preset is fitted. */
export type ChangeRequest =
  | Exclude<Change, { kind: 'swap' | 'chain' }>
  | { kind: 'swap'; policy: Policy | UnfittedPolicy; handoff: Handoff; counterfactual?: true }
  | { kind: 'chain'; policy: Policy | UnfittedPolicy };

/** A policy that was asked for; a preset is fitted to the updates from `step` on. */
export function fittedPolicy(policy: Policy | UnfittedPolicy, step: number, plan: Plan): Policy {
  if (!('preset' in policy)) return policy;
  return presetOf(policy.preset)!.policy({ ...planFrom(plan, step), lr: policy.lr });
}

/** A change that was asked for, with its policy fitted to its step. */
export function fittedChange(request: ChangeRequest, step: number, plan: Plan): Change {
  if (request.kind !== 'swap' && request.kind !== 'chain') return request;
  return { ...request, policy: fittedPolicy(request.policy, step, plan) };
}

/** A change and the step before whose update it acts. */
export type ChangeAtStep = Change & { step: number };

/**
 * A change of a run, with its identity. Within a run each has an `id` of its own, and what is sent twice under one id
 * acts once. Files and links hold no ids; reading them assigns new ones.
 */
export type Intervention = ChangeAtStep & { id: string };

let given = 0;

/** An id that no other intervention of this page has. */
export function nextInterventionId(): string {
  given += 1;
  return `i${given}`;
}

/** The handoffs, the default first. */
export const handoffs: readonly Handoff[] = ['continue', 'restart', 'torch'];

/**
 * Checks what can be checked of a change without the run; a caller without types may pass anything.
 *
 * @throws InputError `config-value` for a rate that is not above 0, an unknown handoff, or an invalid index
 */
export function checkChange(change: ChangeRequest): void {
  switch (change.kind) {
    case 'swap':
      if (!handoffs.includes(change.handoff)) {
        throw badValue(
          'handoff',
          JSON.stringify(change.handoff),
          handoffs.map((name) => `"${name}"`).join(' | '),
        );
      }
      break;
    case 'unchain':
      if (!Number.isInteger(change.index) || change.index < 0)
        throw badValue('index', String(change.index), 'integer ≥ 0');
      break;
    case 'setLr':
      if (!Number.isFinite(change.lr) || change.lr <= 0)
        throw badValue('lr', String(change.lr), 'number > 0');
      break;
    case 'chain':
    case 'adjust':
      break;
  }
}

/**
 * The step at which a change acts that is requested at step `now` of a run.
 *
 * @throws InputError `run-finished` when no step is left, `step-out-of-range` for a step that is not ahead
 */
export function stepOf(at: At, now: number, { steps, stepsPerEpoch }: Plan): number {
  const step = at === 'now' ? now : at === 'epoch' ? Math.ceil(now / stepsPerEpoch) * stepsPerEpoch : at;
  if (Number.isInteger(step) && step >= now && step < steps) return step;
  if (now >= steps) throw runFinished(steps);
  throw new InputError({
    code: 'step-out-of-range',
    message: `step ${step} is not ahead: the run is at step ${now} of ${steps}.`,
    path: 'at',
    received: String(step),
    accepted: `"now" | "epoch" | ${now} … ${steps - 1}`,
  });
}
