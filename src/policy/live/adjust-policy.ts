/**
 * Other times for running schedulers: a moved milestone, a longer warm-up. The schedulers keep their counters and use the
 * new times from their next step on, as PyTorch's do when an attribute is assigned (`scheduler.T_max = 80`); the past does
 * not change.
 */
import { InputError } from '../../errors.js';
import type { StateDict, StateValue } from '../../schedulers/index.js';
import type { Policy, SchedulerSpec } from '../policy.js';
import { printValue } from '../schema/policy-issue.js';
import { childrenOf } from '../schema/policy-rules.js';
import type { SchedulerType } from '../schema/scheduler-parameters.js';

/** The parameters of a scheduler that are times, and the keys of the state dict that hold them. */
interface Times {
  readonly parameters: readonly string[];
  readonly state: readonly string[];
}

const times: Readonly<Partial<Record<SchedulerType, Times>>> = {
  StepLR: { parameters: ['stepSize'], state: ['step_size'] },
  MultiStepLR: { parameters: ['milestones'], state: ['milestones'] },
  ConstantLR: { parameters: ['totalIters'], state: ['total_iters'] },
  LinearLR: { parameters: ['totalIters'], state: ['total_iters'] },
  SequentialLR: { parameters: ['milestones'], state: ['_milestones'] },
  PolynomialLR: { parameters: ['totalIters'], state: ['total_iters'] },
  CosineAnnealingLR: { parameters: ['tMax'], state: ['T_max'] },
  CyclicLR: { parameters: ['stepSizeUp', 'stepSizeDown'], state: ['total_size', 'step_ratio'] },
  CosineAnnealingWarmRestarts: { parameters: ['t0'], state: ['T_0'] },
  OneCycleLR: {
    parameters: ['totalSteps', 'epochs', 'stepsPerEpoch', 'pctStart'],
    state: ['total_steps', '_schedule_phases'],
  },
  SWALR: { parameters: ['annealEpochs'], state: ['anneal_epochs'] },
};

/** The parameters of a scheduler that can change while it runs. */
export function timesOf(type: SchedulerType): readonly string[] {
  return times[type]?.parameters ?? [];
}

/**
 * Checks that a policy differs from the present one only in its times.
 *
 * @throws InputError `other-policy` naming the first other value that differs
 */
export function checkAdjustment(present: Policy, wanted: Policy): void {
  if (present.length !== wanted.length) throw otherPolicy('policy', present, wanted);
  for (const [index, { scheduler, ...when }] of present.entries()) {
    const { scheduler: other, ...otherWhen } = wanted[index];
    const path = `policy[${index}]`;
    checkSame(path, when, otherWhen, []);
    checkScheduler(`${path}.scheduler`, scheduler, other);
  }
}

function checkScheduler(path: string, present: SchedulerSpec, wanted: SchedulerSpec): void {
  if (present.type !== wanted.type) throw otherPolicy(`${path}.type`, present.type, wanted.type);
  checkSame(path, present, wanted, [...timesOf(present.type), 'schedulers']);
  const children = childrenOf(present);
  const others = childrenOf(wanted);
  if (children.length !== others.length) throw otherPolicy(`${path}.schedulers`, children, others);
  for (const [index, child] of children.entries())
    checkScheduler(`${path}.schedulers[${index}]`, child, others[index]);
}

function checkSame(path: string, present: object, wanted: object, free: readonly string[]): void {
  const before = new Map<string, unknown>(Object.entries(present));
  const after = new Map<string, unknown>(Object.entries(wanted));
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [one, other] = [before.get(key), after.get(key)];
    if (!free.includes(key) && JSON.stringify(one) !== JSON.stringify(other))
      throw otherPolicy(`${path}.${key}`, one, other);
  }
}

function otherPolicy(path: string, present: unknown, wanted: unknown): InputError {
  const [received, accepted] = [printValue(wanted), printValue(present)];
  return new InputError({
    code: 'other-policy',
    message: `only the times of a policy can be adjusted: ${path} is ${received} instead of ${accepted}.`,
    path,
    received,
    accepted,
  });
}

/**
 * The state of a scheduler that continues with other times.
 *
 * @param kept its state
 * @param fresh the state of one that was just built with those times
 */
export function adjustedState(spec: SchedulerSpec, kept: StateDict, fresh: StateDict): StateDict {
  const state = { ...kept };
  for (const key of times[spec.type]?.state ?? []) state[key] = fresh[key];
  // The present cycle keeps its ratio to the length of the first.
  if (spec.type === 'CosineAnnealingWarmRestarts')
    state.T_i = (Number(kept.T_i) / Number(kept.T_0)) * Number(fresh.T_0);
  const children = childrenOf(spec);
  if (children.length > 0) {
    const [before, after] = [statesOf(kept), statesOf(fresh)];
    state._schedulers = children.map((child, index) => adjustedState(child, before[index], after[index]));
  }
  return state;
}

const statesOf = (state: StateDict): StateDict[] => state._schedulers as StateDict[] & StateValue;
