/**
 * What a change does to the learning rate of a run: to the param groups of its optimizer, and to the policy that moves
 * them. Numbers only, so that the page can tell it as well as the worker.
 */
import type { LivePolicy, Policy } from '../policy/index.js';
import { buildPolicy, copyGroups } from '../policy/index.js';
import type { ParamGroup, SchedulerOptimizer } from '../schedulers/index.js';
import type { Change, Handoff } from './intervention.js';
import { checkChange } from './intervention.js';

/** The hyper-parameters that schedulers move, as they were configured. */
export type Configured = Pick<ParamGroup, 'lr' | 'momentum' | 'betas'>;

/** The param groups of a run and the policy that moves them. */
export interface Steering {
  readonly optimizer: SchedulerOptimizer;
  readonly live: LivePolicy;
  /** For each param group what a restart goes back to. */
  readonly configured: readonly Configured[];
}

/**
 * Takes the helm of param groups with a policy, which writes its first rates into them; a restart goes back to what they
 * held before.
 *
 * @throws InputError `policy-refused` when a scheduler refuses these groups, as PyTorch's would
 */
export function steer(policy: Policy, optimizer: SchedulerOptimizer): Steering {
  const configured = optimizer.paramGroups.map(({ lr, momentum, betas }) =>
    structuredClone({ lr, momentum, betas }),
  );
  return { optimizer, live: buildPolicy(policy, optimizer), configured };
}

/**
 * Tries a change without making it.
 *
 * @throws InputError saying why the change cannot be made
 */
export function tryChange(change: Change, { optimizer, live, configured }: Steering): void {
  checkChange(change);
  const copy = { paramGroups: copyGroups(optimizer.paramGroups) };
  make(change, { optimizer: copy, live: live.fork(copy), configured });
}

/**
 * Makes a change, or leaves everything as it is, and returns the policy that runs from then on.
 *
 * @throws InputError saying why the change cannot be made
 */
export function makeChange(change: Change, steering: Steering): LivePolicy {
  tryChange(change, steering);
  return make(change, steering);
}

function make(change: Change, { optimizer, live, configured }: Steering): LivePolicy {
  switch (change.kind) {
    case 'swap':
      handOver(optimizer.paramGroups, configured, change.handoff);
      return buildPolicy(change.policy, optimizer);
    case 'chain':
      live.add(change.policy);
      return live;
    case 'unchain':
      live.remove(change.index);
      return live;
    case 'adjust':
      live.adjust(change.policy);
      return live;
    case 'setLr':
      for (const group of optimizer.paramGroups) group.lr = change.lr;
      return live;
  }
}

function handOver(groups: ParamGroup[], configured: readonly Configured[], handoff: Handoff): void {
  if (handoff === 'torch') return;
  for (const [index, group] of groups.entries()) {
    const { lr, momentum, betas } = configured[index];
    delete group.initialLr;
    // What was cycled comes back; what was never there stays away.
    if (momentum !== undefined) group.momentum = momentum;
    if (betas !== undefined) group.betas = [...betas];
    if (handoff === 'restart') group.lr = lr;
  }
}
