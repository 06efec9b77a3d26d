import { checkGroupCount, checkOptions, checkResult } from './checks.js';
import { checkLrLambdas, lrLambdasField, type LrLambda, type LrLambdaOptions } from './lr-lambda.js';
import { LRScheduler } from './lr-scheduler.js';
import type { SchedulerOptimizer } from './scheduler.js';
import type { StateFields } from './state-fields.js';

/** Options of `LambdaLR`. */
export type LambdaLROptions = LrLambdaOptions;

/**
 * Sets the learning rate to the base learning rate times a function of the epoch.
 *
 * At epoch t: `base * lrLambda(t)`. It overwrites changes of the learning rate by others: in a chain it discards
 * the results of the schedulers before it.
 *
 * Follows `torch/optim/lr_scheduler.py, class LambdaLR`.
 */
export class LambdaLR extends LRScheduler {
  override readonly type: string = 'LambdaLR';
  readonly lrLambdas: readonly LrLambda[];

  constructor(optimizer: SchedulerOptimizer, options: LambdaLROptions) {
    super(optimizer);
    const { lrLambda, lastEpoch } = checkOptions(this.type, options);
    this.lrLambdas = checkLrLambdas(this.type, lrLambda, optimizer);
    this.begin(lastEpoch);
  }

  protected override computeLr(): number[] {
    checkGroupCount(this.type, 'lrLambda', this.lrLambdas.length, this.baseLrs.length);
    return this.baseLrs.map((base, index) => base * this.factorOf(index));
  }

  protected override stateFields(): StateFields {
    return { ...super.stateFields(), lr_lambdas: lrLambdasField(this.lrLambdas) };
  }

  private factorOf(group: number): number {
    const { lastEpoch } = this;
    return checkResult(this.type, 'lrLambda', lastEpoch, this.lrLambdas[group](lastEpoch));
  }
}
