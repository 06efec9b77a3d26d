import { checkGroupCount, checkOptions, checkResult } from './checks.js';
import { checkLrLambdas, lrLambdasField, type LrLambda, type LrLambdaOptions } from './lr-lambda.js';
import { LRScheduler } from './lr-scheduler.js';
import type { SchedulerOptimizer } from './scheduler.js';
import type { StateFields } from './state-fields.js';

/** Options of `MultiplicativeLR`. */
export type MultiplicativeLROptions = LrLambdaOptions;

/**
 * Multiplies the learning rate at every step by a function of the epoch.
 *
 * At epoch t: `base * lrLambda(1) * lrLambda(2) * … * lrLambda(t)`. It works on the present learning rate, so changes
 * by hand and by other schedulers persist. There is no closed form.
 *
 * Follows `torch/optim/lr_scheduler.py, class MultiplicativeLR`.
 */
export class MultiplicativeLR extends LRScheduler {
  override readonly type: string = 'MultiplicativeLR';
  readonly lrLambdas: readonly LrLambda[];

  constructor(optimizer: SchedulerOptimizer, options: MultiplicativeLROptions) {
    super(optimizer);
    const { lrLambda, lastEpoch } = checkOptions(this.type, options);
    this.lrLambdas = checkLrLambdas(this.type, lrLambda, optimizer);
    this.begin(lastEpoch);
  }

  protected override computeLr(): number[] {
    if (this.isInitial) return this.mapLr((lr) => lr);
    const groups = this.optimizer.paramGroups;
    checkGroupCount(this.type, 'lrLambda', this.lrLambdas.length, groups.length);
    return groups.map(({ lr }, index) => lr * this.factorOf(index));
  }

  protected override stateFields(): StateFields {
    return { ...super.stateFields(), lr_lambdas: lrLambdasField(this.lrLambdas) };
  }

  private factorOf(group: number): number {
    const { lastEpoch } = this;
    return checkResult(this.type, 'lrLambda', lastEpoch, this.lrLambdas[group](lastEpoch));
  }
}
