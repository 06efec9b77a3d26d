/** One param group of an optimizer: the learning rate that schedulers write, and the keys some of them keep there. */
export interface ParamGroup {
  /** The learning rate of the next update. */
  lr: number;
  /** The learning rate from which schedules compute; the first scheduler sets it if it is absent. */
  initialLr?: number;
  /** SGD's and RMSprop's momentum; if present, it can be cycled. */
  momentum?: number;
  /** Adam's coefficients, three or more in optimizers like AdEMAMix; schedulers cycle the first of them as momentum. */
  betas?: [number, number, ...number[]];
  /** OneCycleLR's peak. */
  maxLr?: number;
  /** OneCycleLR's last learning rate. */
  minLr?: number;
  /** The momentum at the peak of a cycle (CyclicLR, OneCycleLR). */
  baseMomentum?: number;
  /** The momentum at the foot of a cycle (CyclicLR, OneCycleLR). */
  maxMomentum?: number;
  /** The learning rate that SWALR anneals to. */
  swaLr?: number;
  [other: string]: unknown;
}

/** What a scheduler needs of an optimizer: its param groups, and `step` only to notice if it was never called. */
export interface SchedulerOptimizer {
  paramGroups: ParamGroup[];
  step?: (...parameters: never[]) => unknown;
}

/** A value of a state dict: what JSON can hold, and the numbers it cannot (NaN and the infinities). */
export type StateValue = null | boolean | number | string | StateValue[] | StateDict;

/** A scheduler's state under PyTorch's own keys and nesting. */
export interface StateDict {
  [key: string]: StateValue;
}

/** What every scheduler offers. */
export interface Scheduler {
  readonly optimizer: SchedulerOptimizer;
  /**
   * Advances the schedule and writes the groups' learning rates. The argument is ReduceLROnPlateau's metric, and for
   * all others PyTorch's deprecated `epoch`, which jumps to that epoch.
   */
  step(metricOrEpoch?: number | null): void;
  /** The groups' learning rates after the last step of this scheduler, one per group. */
  getLastLr(): number[];
  /** A copy of the state, in PyTorch's layout. */
  stateDict(): StateDict;
  /** Loads a saved state; an error leaves the scheduler unchanged. The optimizer loads the groups' learning rates. */
  loadStateDict(state: StateDict): void;
}

/** A scheduler that can be a child of ChainedScheduler and SequentialLR, which call these methods. */
export interface ComposableScheduler extends Scheduler {
  /** PyTorch's class name. */
  readonly type: string;
  /** Whether `step` expects a metric. */
  readonly takesMetric: boolean;
  /** Takes the step that construction takes (PyTorch's `_initial_step`). */
  initialStep(): void;
  /** Takes back the epoch that construction counted, without changing the learning rates. */
  undoStep(): void;
  /** Starts over at epoch 0, at SequentialLR's milestone; throws where PyTorch cannot. */
  restart(): void;
  /** Checks a state and returns what loads it, so that a composite changes all its parts or none. */
  planState(state: unknown, path: string): () => void;
}
