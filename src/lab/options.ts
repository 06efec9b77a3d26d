/** What the Lab's constructor and its commands may be given. */
import type { Config } from '../config/index.js';
import type { PolicyInput } from '../policy/index.js';
import type { At, Handoff } from '../timeline/index.js';
import type { HeartbeatLimits } from './drive/heartbeat.js';
import type { OpenWorker } from './drive/worker-line.js';
import type { KeyValueStore } from './session/session-store.js';

/** Options of an asynchronous command; aborting `signal` stops it. */
export interface CommandOptions {
  signal?: AbortSignal;
}

/** How a Lab works in its page. */
export interface LabOptions {
  /** The name under which the browser keeps the session from one visit to the next; without one nothing is kept. */
  keep?: string | false;
  /** Milliseconds between two saves while it trains; 10,000 by default. */
  keepEvery?: number;
  /** Steps between two checkpoints of a run; 50 by default. */
  checkpointEvery?: number;
  /** Milliseconds from the loss of a worker or a device to each attempt to continue. */
  retryDelays?: readonly number[];
  /** When a silent worker counts as lost. */
  heartbeat?: HeartbeatLimits;
  /** Starts another worker than the browser's, in tests. */
  openWorker?: OpenWorker;
  /** Another store than the browser's, in tests. */
  store?: KeyValueStore;
}

/** Where a fork begins, and what changes there. */
export interface ForkOptions extends CommandOptions {
  /** A step that has been trained; `'now'` by default. */
  at?: number | 'now';
  /** The policy that is swapped in there. */
  policy?: PolicyInput;
  /** Where that policy starts; `continue` by default. */
  handoff?: Handoff;
  /** The rate to set there, if no policy is given. */
  lr?: number;
  /** The id of a change that the run made at that step and the fork does not make. */
  without?: string;
  name?: string;
}

/** One run of a race: how it differs from the run that is raced. */
export interface RaceEntry {
  policy?: PolicyInput;
  lr?: number;
  /** Another optimizer; only from step 0. */
  optimizer?: Config['optimizer'];
  name?: string;
}

/** Where a race starts. */
export interface RaceOptions extends CommandOptions {
  /** New runs from step 0 (the default), or forks of the present step. */
  at?: 0 | 'now';
  /** Where the policies of forks start; `restart` by default. */
  handoff?: Handoff;
}

/** How a policy is swapped in. */
export interface SwapOptions extends CommandOptions {
  /** Where it starts; `continue` by default. */
  handoff?: Handoff;
  at?: At;
  /** Whether this run keeps its policy, and a new run makes the swap. */
  counterfactual?: boolean;
  /** The name of that new run. */
  name?: string;
}
