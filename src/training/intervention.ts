/** What a reader did to a run, as data: with the config it is enough to replay the run. */
import type { Policy } from '../policy/index.js';

/**
 * Where a swapped-in policy starts: from the current learning rate, from the configured one, or as PyTorch does on a
 * used optimizer, whose `initial_lr` is kept.
 */
export type Handoff = 'continue' | 'restart' | 'torch';

/** When an intervention acts: before the next update, at the next epoch's first update, or before a given step's. */
export type At = 'now' | 'epoch' | number;

/** What can be done to a run's learning rate. */
export type Change =
  | { kind: 'swap'; policy: Policy; handoff: Handoff }
  | { kind: 'chain'; policy: Policy }
  | { kind: 'unchain'; index: number }
  | { kind: 'setLr'; lr: number };

/** A change and the step before whose update it acts. */
export type Intervention = Change & { step: number };

/** The handoffs, the default first. */
export const handoffs: readonly Handoff[] = ['continue', 'restart', 'torch'];
