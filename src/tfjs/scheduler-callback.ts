import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { InputError } from '../errors.js';
import { buildPolicy, normalisePolicy, readsMetric } from '../policy/index.js';
import type { LivePolicy, Policy, PolicyInput, ValidationMetrics } from '../policy/index.js';
import { paramGroupsOf, type TfjsParamGroups } from './param-groups-of.js';

/** One update and the learning rate that it used. */
export interface RateRow {
  /** The update, counted from 0 since the schedulers were built. */
  readonly step: number;
  /** The epoch as `fit` counts it, from 0 or from its `initialEpoch`. */
  readonly epoch: number;
  /** The batch within the epoch, counted from 0. */
  readonly batch: number;
  readonly lr: number;
}

/** Options of `SchedulerCallback`. */
export interface SchedulerCallbackOptions {
  /** Receives each update's learning rate, after the update. */
  readonly onLr?: (row: RateRow) => void;
  /** How often `fit` lets the page draw; every 125 ms by default. It replaces `fit`'s option of that name. */
  readonly yieldEvery?: ConstructorParameters<typeof tfl.CustomCallback>[1];
}

/** The used part of the model; `fit` passes it as a Container. */
type Model = Pick<tfl.LayersModel, 'name' | 'optimizer' | 'stopTraining'>;

type Logs = NonNullable<Parameters<tfl.CustomCallback['onBatchEnd']>[1]>;

/** The names that tf.js gives to accuracies. */
const accuracyNames = [
  'acc',
  'accuracy',
  'binaryAccuracy',
  'categoricalAccuracy',
  'sparseCategoricalAccuracy',
] as const;

/** What `fit` calls the metrics that an entry can watch. */
const logNames: Record<keyof ValidationMetrics, readonly string[]> = {
  valLoss: ['val_loss'],
  valAccuracy: accuracyNames.map((name) => `val_${name}`),
};

const validationMonitors = ['valLoss', 'valAccuracy'] as const;

/**
 * Runs a policy in `model.fit` and `model.fitDataset`: `model.fit(x, y, { callbacks: new SchedulerCallback(policy) })`.
 *
 * Entries of interval `step` are stepped after each batch, those of interval `epoch` after each epoch. `trainLoss` is the
 * mean of `loss` over the batches since the entry's last step; `valLoss` and `valAccuracy` are `val_loss` and `val_acc` or
 * `val_accuracy`. The learning rate of a batch is added to its logs as `lr`, that of an epoch's last batch to the
 * epoch's logs, and so to the history that `fit` returns.
 *
 * The schedulers are built when `fit` starts, on the optimizer of the compiled model. A later `fit` with the same callback
 * continues where the last one ended; a new callback starts new schedulers as PyTorch does on a used optimizer.
 *
 * `fit` rejects with an InputError where PyTorch would raise: `policy-refused` for a policy that the optimizer does not
 * allow or that is at its end, `missing-metric` for a metric that `fit` does not compute.
 *
 * It extends tf.js's CustomCallback, and not its Callback, because with a Callback alone `fit` never lets the page draw.
 */
export class SchedulerCallback extends tfl.CustomCallback {
  private readonly policy: Policy;
  private readonly handleLr?: (row: RateRow) => void;
  private readonly watchesLoss: boolean;
  private model?: Model;
  private running?: { readonly optimizer: TfjsParamGroups; readonly live: LivePolicy };
  /** Training losses that the backend has yet to deliver, in the order of the batches. */
  private losses: Promise<number>[] = [];
  private updates = 0;
  private epochs = 0;
  private epochOfFit = 0;
  private usedLr = NaN;

  /** @throws InputError `policy` if the policy is not well formed. */
  constructor(policy: PolicyInput, { onLr, yieldEvery }: SchedulerCallbackOptions = {}) {
    super({}, yieldEvery);
    this.policy = normalisePolicy(policy);
    this.handleLr = onLr;
    this.watchesLoss = this.policy.some(
      ({ scheduler, monitor }) => monitor === 'trainLoss' && readsMetric(scheduler),
    );
  }

  /** The schedulers, each with its entry; `undefined` before the first `fit`. */
  get live(): LivePolicy | undefined {
    return this.running?.live;
  }

  override setModel(model: Parameters<tfl.CustomCallback['setModel']>[0]): void {
    this.model = model as unknown as Model;
  }

  override async onTrainBegin(logs?: Logs): Promise<void> {
    // This check comes first: with two copies of tf.js, this method is called on an object that is not a SchedulerCallback.
    const optimizer = paramGroupsOf(optimizerOf(this.model));
    if (this.running?.optimizer !== optimizer) {
      this.running = { optimizer, live: buildPolicy(this.policy, optimizer) };
      this.updates = 0;
      this.epochs = 0;
    }
    this.losses = [];
    await super.onTrainBegin(logs);
  }

  override async onEpochBegin(epoch: number, logs?: Logs): Promise<void> {
    this.epochOfFit = epoch;
    this.usedLr = this.lr;
    await super.onEpochBegin(epoch, logs);
  }

  override async onBatchBegin(batch: number, logs?: Logs): Promise<void> {
    // Read before the update: after it another callback may change the rate first.
    this.usedLr = this.lr;
    await super.onBatchBegin(batch, logs);
  }

  override async onBatchEnd(batch: number, logs: Logs = {}): Promise<void> {
    const { live } = this.started;
    if (this.watchesLoss && 'loss' in logs) this.losses.push(arrivalOf(logs.loss));
    logs.lr = this.usedLr;
    this.handleLr?.({ step: this.updates, epoch: this.epochOfFit, batch, lr: this.usedLr });
    this.updates += 1;
    if (live.awaits('step', batch).has('trainLoss')) await this.recordLosses();
    live.afterStep({ batch });
    await super.onBatchEnd(batch, logs);
  }

  override async onEpochEnd(epoch: number, logs: Logs = {}): Promise<void> {
    const { live } = this.started;
    logs.lr = this.usedLr;
    await this.recordLosses();
    // Counted here, because each call of `fit` has an epoch 0.
    const awaited = validationMonitors.filter((monitor) => live.awaits('epoch', this.epochs).has(monitor));
    const metrics: Partial<Record<keyof ValidationMetrics, number>> = {};
    for (const monitor of awaited) {
      const name = logNames[monitor].find((candidate) => candidate in logs);
      if (name !== undefined) metrics[monitor] = await numberOf(logs[name]);
    }
    const missing = awaited.find((monitor) => metrics[monitor] === undefined);
    // An epoch that `stopTraining` ends early has no validation; the schedulers do not count it.
    const endsEarly = missing !== undefined && this.model?.stopTraining === true;
    if (missing !== undefined && !endsEarly) throw missingMetric(missing, Object.keys(logs));
    if (!endsEarly) {
      live.afterEpoch({ epoch: this.epochs, metrics });
      this.epochs += 1;
    }
    await super.onEpochEnd(epoch, logs);
  }

  private get started(): { readonly optimizer: TfjsParamGroups; readonly live: LivePolicy } {
    if (!this.running)
      throw new Error('SchedulerCallback: a batch or an epoch ended before the training began.');
    return this.running;
  }

  private get lr(): number {
    return this.started.optimizer.paramGroups[0].lr;
  }

  private async recordLosses(): Promise<void> {
    const losses = await Promise.all(this.losses);
    this.losses = [];
    for (const loss of losses) this.started.live.recordLoss(loss);
  }
}

function optimizerOf(model: Model | undefined): tf.Optimizer {
  if (!model) {
    throw new InputError({
      code: 'no-model',
      message:
        'SchedulerCallback has no model; this happens if the model and lr-lab use two copies of @tensorflow/tfjs.',
      path: 'model',
      received: 'undefined',
      accepted: 'a model of the same copy of @tensorflow/tfjs',
    });
  }
  // The type says that it is always there, but it is missing before `compile`.
  const optimizer = model.optimizer as tf.Optimizer | null | undefined;
  if (!optimizer) {
    throw new InputError({
      code: 'model-not-compiled',
      message: `The model ${model.name} has no optimizer yet; accepted: a compiled model (model.compile).`,
      path: 'model',
      received: 'a model that is not compiled',
      accepted: 'a compiled model (model.compile)',
    });
  }
  return optimizer;
}

function missingMetric(monitor: keyof ValidationMetrics, present: readonly string[]): InputError {
  const accepted = monitor === 'valLoss' ? 'val_loss' : 'val_acc or val_accuracy';
  const received = present.join(', ');
  const remedy = remedyFor(monitor, present);
  return new InputError({
    code: 'missing-metric',
    message: `The policy watches ${monitor}, which fit logs as ${accepted}; its logs hold ${received}: ${remedy}.`,
    path: 'policy',
    received,
    accepted,
  });
}

function remedyFor(monitor: keyof ValidationMetrics, present: readonly string[]): string {
  const validation = 'give fit validationData or validationSplit';
  if (monitor === 'valLoss') return validation;
  const ofOutputs = present.filter(
    (name) => name.startsWith('val_') && accuracyNames.some((accuracy) => name.endsWith(`_${accuracy}`)),
  );
  if (ofOutputs.length === 0) return `${validation}, and compile the model with metrics: ['accuracy']`;
  return (
    `the model has an accuracy for each output (${ofOutputs.join(', ')}) and none of its own; ` +
    'watch valLoss, or log one of them as val_acc in a callback before this one'
  );
}

/** A number that may arrive after tf.js has disposed of its tensor; awaited later. */
function arrivalOf(value: number | tf.Scalar): Promise<number> {
  if (typeof value === 'number') return Promise.resolve(value);
  const copy = tf.keep(value.clone());
  const arrival = numberOf(copy).finally(() => copy.dispose());
  // Code that awaits the number handles its failure; until then it must not count as unhandled.
  arrival.catch(() => undefined);
  return arrival;
}

async function numberOf(value: number | tf.Scalar): Promise<number> {
  return typeof value === 'number' ? value : (await value.data())[0];
}
