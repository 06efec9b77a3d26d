import { checkOptimizer } from './checks.js';
import { checkChildren, checkSameOptimizer } from './composite-children.js';
import type { ComposableScheduler, SchedulerOptimizer, StateDict } from './scheduler.js';
import { print, SchedulerError } from './scheduler-error.js';
import {
  aBoolean,
  aNumber,
  aNumberList,
  field,
  invalidState,
  planFields,
  property,
  saveFields,
  type StateField,
  type StateFields,
} from './state-fields.js';

/**
 * What ChainedScheduler and SequentialLR share: children on one optimizer, whose states are saved inside their own, and
 * PyTorch's treatment of a composite that is itself a child.
 *
 * PyTorch refuses ReduceLROnPlateau as a child, because it cannot pass a metric to it. With `passMetrics` it is accepted
 * here, and `step(metric)` passes the metric to the children that take one.
 */
export abstract class CompositeScheduler implements ComposableScheduler {
  abstract readonly type: string;
  readonly optimizer: SchedulerOptimizer;
  readonly schedulers: readonly ComposableScheduler[];
  readonly takesMetric: boolean;
  /** The composite's own count of epochs, where it keeps one. */
  lastEpoch?: number;
  protected lastLr: number[] = [];
  // PyTorch's composites get these three only as a child of another composite.
  private stepCount?: number;
  private isInitial?: boolean;
  private getLrCalledWithinStep?: boolean;

  constructor(
    type: string,
    optimizer: SchedulerOptimizer | undefined,
    schedulers: readonly ComposableScheduler[],
    passMetrics: boolean,
  ) {
    this.schedulers = checkChildren(type, schedulers, passMetrics);
    this.optimizer = checkOptimizer(optimizer ?? schedulers[0].optimizer);
    this.takesMetric = passMetrics;
    checkSameOptimizer(type, this.schedulers, this.optimizer);
  }

  abstract step(metric?: number | null): void;

  initialStep(): void {
    this.stepCount = 0;
    this.isInitial = true;
    try {
      this.step();
    } finally {
      this.isInitial = false;
    }
  }

  undoStep(): void {
    for (const scheduler of this.schedulers) scheduler.undoStep();
  }

  restart(): void {
    this.lastEpoch = 0;
    this.getLrCalledWithinStep = false;
    throw new SchedulerError({
      code: 'cannot-restart',
      pythonError: 'NotImplementedError',
      message: `${this.type} cannot start at a milestone: inside SequentialLR it can only be the first scheduler.`,
      received: `${this.type} after a milestone`,
      accepted: `${this.type} as the first scheduler`,
    });
  }

  getLastLr(): number[] {
    return [...this.lastLr];
  }

  stateDict(): StateDict {
    return saveFields(this.stateFields());
  }

  loadStateDict(state: StateDict): void {
    this.planState(state, '')();
  }

  planState(state: unknown, path: string): () => void {
    return planFields(this.stateFields(), state, path);
  }

  /** The fields of the state dict; a subclass adds its own. */
  protected stateFields(): StateFields {
    return {
      last_epoch: property(aNumber, this, 'lastEpoch'),
      _last_lr: field(
        aNumberList,
        () => this.lastLr,
        (value) => (this.lastLr = value),
      ),
      _step_count: field(
        aNumber,
        () => this.stepCount,
        (value) => (this.stepCount = value),
      ),
      _is_initial: field(
        aBoolean,
        () => this.isInitial,
        (value) => (this.isInitial = value),
      ),
      _get_lr_called_within_step: field(
        aBoolean,
        () => this.getLrCalledWithinStep,
        (value) => (this.getLrCalledWithinStep = value),
      ),
      _schedulers: childrenField(this.schedulers),
    };
  }

  /** Steps a child, giving it the metric if it takes one. */
  protected stepChild(child: ComposableScheduler, metric: number | null | undefined): void {
    if (!child.takesMetric) {
      child.step();
    } else if (this.isInitial && (metric === undefined || metric === null)) {
      // A parent's construction takes this step, before there is any metric.
      if (child instanceof CompositeScheduler) child.initialStep();
    } else {
      child.step(metric);
    }
  }

  /** Throws for an argument of `step` that this composite does not pass on; PyTorch's composites take none. */
  protected checkMetric(metric: number | null | undefined): void {
    if (metric === undefined || metric === null || this.takesMetric) return;
    throw new SchedulerError({
      code: 'unexpected-argument',
      pythonError: 'TypeError',
      message: `${this.type}: step() takes an argument, a metric, only with passMetrics, but got ${print(metric)}.`,
      received: print(metric),
      accepted: 'no argument',
    });
  }
}

function childrenField(schedulers: readonly ComposableScheduler[]): StateField {
  return {
    required: true,
    save: () => schedulers.map((scheduler) => scheduler.stateDict()),
    plan: (value, path) => {
      if (!Array.isArray(value) || value.length !== schedulers.length) {
        throw invalidState(path, value, `a list of ${schedulers.length} states`);
      }
      const plans = schedulers.map((scheduler, index) =>
        scheduler.planState(value[index], `${path}[${index}]`),
      );
      return () => {
        for (const load of plans) load();
      };
    },
  };
}
