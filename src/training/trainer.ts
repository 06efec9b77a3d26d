/**
 * One training run. A step is: batch → loss and gradients → the optimizer's update with the rates that its groups hold
 * → the schedulers. Row k of what it reports is the loss of batch k before update k, and the rate used in update k.
 */
import { noop, Queue } from '../async.js';
import { refusal } from '../errors.js';
import { planOf, RateDriver } from '../timeline/index.js';
import type { BackendReport } from '../gpu/index.js';
import type { Optimizer } from '../optimizers/index.js';
import { createOptimizer } from '../optimizers/index.js';
import type { ModelArtifacts } from '../models/index.js';
import { normalisePolicy } from '../policy/index.js';
import type { PolicyInput } from '../policy/index.js';
import type { Checkpoint, CheckpointParts } from './checkpoint.js';
import { planRestore, takeCheckpoint } from './checkpoint.js';
import { DivergenceDetector } from './divergence.js';
import { imageSource } from './image-source.js';
import { InFlight } from './in-flight.js';
import type { Handoff, Plan } from '../timeline/index.js';
import type { MemoryReport } from './memory.js';
import { memoryReport } from './memory.js';
import type { Weight } from './network.js';
import type { Preparation, PreparationHooks, TrainerConfig } from './preparation.js';
import { prepare } from './preparation.js';
import type { StepReport } from './step-report.js';
import { Inspection, ReportRequest } from './step-report.js';
import type { Execution, StepOutcome, PlannedStep, TrainStep } from './step/train-step.js';
import { chooseStep } from './step/choose-step.js';
import { Throughput } from './throughput.js';

/** One step: the loss before the update, and the rate that each param group used in it. */
export interface StepRow {
  step: number;
  loss: number;
  lr: number[];
}

/** The validation score after `step` updates, at the end of the epoch with this number, counted from 1. */
export interface Evaluation {
  step: number;
  epoch: number;
  loss: number;
  accuracy: number;
}

/** Validation images with the network's answers. */
export interface Samples {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** NHWC, 0 to 255. */
  readonly images: Uint8Array;
  /** The class of each image. */
  readonly labels: Uint8Array;
  /** The class that the network gives to each image. */
  readonly answers: Int32Array;
}

/** What a run reports to its caller and takes from it. */
export interface TrainerHooks extends PreparationHooks {
  /** Called once a step's loss has been read back from the device, in the order of the steps. */
  onRow?: (row: StepRow) => void;
  /** When given, the validation set is scored at the end of epochs (see `checkValEveryNEpoch`). */
  onEvaluation?: (evaluation: Evaluation) => void;
  /**
   * Called once, after the row with which the run diverged: the loss is not finite, or far above its start. Steps made
   * meanwhile are still reported; the caller decides what to do.
   */
  onDiverged?: (step: number) => void;
}

/** Steps whose losses may still be in flight when more are made; those of one submit, where they are more. */
const stepsInFlight = 3;

/** Images that are made at a time while the run trains. */
const besideTraining = 50;

/** A run that the caller steps; usable without a worker. */
export class Trainer {
  readonly backend: BackendReport;
  /** The network that is trained: its name in the zoo, or `custom`. */
  readonly modelName: string;
  readonly plan: Plan;
  /** What sets the learning rate. Change it with nothing in flight, so that a run can be repeated bit for bit. */
  readonly rates: RateDriver;
  private readonly prepared: Preparation;
  private readonly hooks: TrainerHooks;
  private readonly optimizer: Optimizer;
  private readonly updates: TrainStep;
  private readonly divergence: DivergenceDetector;
  private readonly inFlight = new InFlight();
  private readonly throughput = new Throughput();
  private made = 0;
  /** Makes the rest of the data, from the first step on. */
  private growth?: Promise<void>;
  private reportRequest?: ReportRequest;
  /** Calls that change the state, one after the other. */
  private readonly queue = new Queue();
  private isDisposed = false;
  /** Settles when the previous row has been reported, so that rows keep their order in any case. */
  private reported: Promise<void> = Promise.resolve();

  private constructor(prepared: Preparation, hooks: TrainerHooks) {
    const { config, data, network } = prepared;
    this.prepared = prepared;
    this.hooks = hooks;
    this.backend = prepared.backend;
    this.modelName = prepared.modelName;
    this.plan = planOf(config, data.labels.length);
    this.optimizer = createOptimizer(network.parameters, config.optimizer);
    // Only the groups: this class, not the optimizer's step(), makes each update before its schedulers' step.
    const { paramGroups } = this.optimizer;
    this.rates = new RateDriver({ paramGroups }, config.policy);
    this.divergence = new DivergenceDetector(data.classes);
    const { training: images, clock, capture } = prepared;
    this.updates = chooseStep({ network, optimizer: this.optimizer, images, clock }, capture);
  }

  /**
   * Prepares a run: backend, data, network, optimizer, policy.
   *
   * @throws InputError for a config that cannot be run, saying which value is wrong and what is accepted
   */
  static async create(config: TrainerConfig = {}, hooks: TrainerHooks = {}): Promise<Trainer> {
    const prepared = await prepare(config, hooks);
    try {
      return new Trainer(prepared, hooks);
    } catch (error) {
      prepared.dispose();
      throw error;
    }
  }

  /** The number of updates made, which is also the step of the next one. */
  get steps(): number {
    return this.made;
  }

  /** The rate of the next update, for each param group. */
  get lr(): number[] {
    return this.rates.lr;
  }

  /** How many classes the network distinguishes. */
  get classes(): number {
    return this.prepared.data.classes;
  }

  /** The step at which the run diverged; undefined as long as it has not. */
  get divergedAt(): number | undefined {
    return this.divergence.at;
  }

  /** Whether updates are replayed, and why not. */
  get execution(): Execution {
    return this.updates.execution;
  }

  /** Makes `count` updates and returns their rows, once all losses have been read back. */
  async step(count = 1): Promise<StepRow[]> {
    const rows: StepRow[] = [];
    for (let left = count; left > 0;) left -= await this.advance(left, (row) => rows.push(row));
    await this.drain();
    return rows;
  }

  /**
   * Makes at least one update, and up to `most` together where they are so short that submitting takes most of the time.
   * Waits for the device only when too many steps are in flight. Their rows are reported later. Calls take turns.
   *
   * @returns how many updates were made
   */
  advance(most = 1, onRow?: (row: StepRow) => void): Promise<number> {
    return this.queue.add(() => this.advanceNow(most, onRow));
  }

  /**
   * Requests a report of the next update: what the device used, what it did to the weights, what it cost. Settles once
   * that update has been made and read back; rejects when that fails, is refused, or the run is disposed of first.
   */
  report(): Promise<StepReport> {
    this.reportRequest ??= new ReportRequest();
    return this.reportRequest.report;
  }

  /** Rejects the requested report, where the update that it waits for will not be made. */
  refuseReport(reason: unknown): void {
    this.reportRequest?.reject(reason);
    this.reportRequest = undefined;
  }

  /** Waits until every row and evaluation has been reported. */
  drain(): Promise<void> {
    return this.inFlight.drain();
  }

  /** Mean loss and accuracy on the validation set with the present weights, without dropout. */
  evaluate(): Promise<{ loss: number; accuracy: number }> {
    return this.prepared.network.score(this.prepared.validation());
  }

  /** The first `count` validation images, and the network's answers with the present weights. */
  async samples(count: number): Promise<Samples> {
    const { data, growing, network } = this.prepared;
    const { height, width, channels } = data;
    const shown = Math.min(count, data.validation.labels.length);
    growing.makeValidation(shown);
    const images = data.validation.images.slice(0, shown * height * width * channels);
    const labels = data.validation.labels.slice(0, shown);
    const source = imageSource({ images, labels }, data);
    try {
      return { height, width, channels, images, labels, answers: await network.answers(source, shown) };
    } finally {
      source.dispose();
    }
  }

  /** Replaces the live policy; the new one acts from the next update on. */
  swap(policy: unknown, { handoff = 'continue' }: { handoff?: Handoff } = {}): void {
    this.rates.change({ kind: 'swap', policy: normalisePolicy(policy as PolicyInput), handoff });
  }

  /** Adds a policy to the live one, built on the used optimizer as PyTorch would. */
  chain(policy: unknown): void {
    this.rates.change({ kind: 'chain', policy: normalisePolicy(policy as PolicyInput) });
  }

  /** Removes entry `index` of `rates.entries`; the others keep their state. */
  unchain(index: number): void {
    this.rates.change({ kind: 'unchain', index });
  }

  /** Sets the rate of every param group; schedulers continue from it as PyTorch's do. */
  setLr(lr: number): void {
    this.rates.change({ kind: 'setLr', lr });
  }

  /** The network with its weights, as tf.js saves it. */
  artifacts(): Promise<ModelArtifacts> {
    return this.prepared.network.artifacts();
  }

  /** The weights by name, read back from the device. */
  weights(): Promise<Record<string, Weight>> {
    return this.prepared.network.weights();
  }

  /**
   * The state of the run between two steps: after those already requested of {@link advance}. A run that continues from
   * it, with the same config and on the same backend, does what this one does, bit for bit.
   */
  checkpoint(): Promise<Checkpoint> {
    return this.queue.add(async () => {
      this.checkAlive();
      await this.drain();
      return takeCheckpoint(this.parts, this.made);
    });
  }

  /**
   * Replaces the state of this run; {@link steps} is then the checkpoint's.
   *
   * @throws InputError `checkpoint` for one that does not fit this network or optimizer; everything is as it was then
   */
  restore(checkpoint: Checkpoint): Promise<void> {
    return this.queue.add(async () => {
      this.checkAlive();
      const load = planRestore(this.parts, checkpoint);
      // What has failed belongs to the state that is replaced.
      await this.drain().catch(noop);
      this.reported = Promise.resolve();
      load();
      this.made = checkpoint.step;
    });
  }

  /** What tf.js holds now, for all runs together. */
  memory(): MemoryReport {
    return memoryReport();
  }

  private async advanceNow(most: number, onRow?: (row: StepRow) => void): Promise<number> {
    this.checkAlive();
    const { stepsPerSubmit = this.throughput.stepsPerSubmit } = this.prepared;
    const together = Math.min(stepsPerSubmit, this.updates.most);
    await this.inFlight.waitForSpace(Math.max(stepsInFlight, together));
    this.checkAlive();
    const { reportRequest: request } = this;
    this.reportRequest = undefined;
    let inspection: Inspection | undefined;
    let made: number;
    try {
      const begun = this.throughput.begin(this.inFlight.isEmpty);
      const { planned, rates, failure } = this.planSteps(request ? 1 : Math.min(most, together));
      inspection = request && new Inspection(this.optimizer);
      const { outcomes } = await this.updates.make(planned, inspection?.options);
      // Not before the first loss is there: the driver needs the processor too, to compile.
      this.growth ??= outcomes[0]
        .then(noop, noop)
        .then(() => this.prepared.growing.complete({ atOnce: besideTraining }));
      // A report takes time that does not belong to the step.
      if (inspection) this.throughput.restart();
      else this.throughput.submitted(begun, planned.length, this.execution.captured);
      made = planned.length;
      this.made += made;
      for (const [index, outcome] of outcomes.entries())
        this.reportRow({ step: planned[index].step, lr: rates[index] }, outcome, onRow);
      if (inspection) request?.resolve(this.reportOf(planned[0].step, outcomes[0], inspection));
      inspection = undefined;
      if (failure) throw failure;
    } catch (error) {
      inspection?.dispose();
      request?.reject(error);
      throw error;
    }
    await this.stepSchedulers(this.made - 1);
    return made;
  }

  private checkAlive(): void {
    if (this.isDisposed) throw refusal('aborted', 'the run has been disposed of.');
  }

  private get parts(): CheckpointParts {
    const { optimizer, rates, divergence } = this;
    return { network: this.prepared.network, optimizer, rates, divergence };
  }

  /** Collects the batches and rates of the next updates, and steps the schedulers between them. */
  private planSteps(most: number): { planned: PlannedStep[]; rates: number[][]; failure?: Error } {
    const { batch, steps } = this.prepared;
    const count = Math.max(1, Math.min(most, steps - this.made));
    const planned: PlannedStep[] = [];
    const rates: number[][] = [];
    for (;;) {
      const step = this.made + planned.length;
      const indices = batch(step);
      rates.push(this.rates.lr);
      planned.push(this.updates.plan(step, indices));
      const inEpoch = step % this.plan.stepsPerEpoch;
      const isPause = inEpoch === this.plan.stepsPerEpoch - 1 || this.rates.awaits('step', inEpoch).size > 0;
      if (planned.length === count || isPause) return { planned, rates };
      try {
        this.rates.afterStep({ batch: inEpoch });
      } catch (error) {
        // A scheduler that fails does so after the update before it.
        return { planned, rates, failure: error instanceof Error ? error : new Error(String(error)) };
      }
    }
  }

  /** Reports a step once its loss has been read back, after all steps before it. */
  private reportRow(
    { step, lr }: Omit<StepRow, 'loss'>,
    outcome: Promise<StepOutcome>,
    onRow?: (row: StepRow) => void,
  ): void {
    const { reported } = this;
    this.reported = outcome.then(async ({ loss, used }) => {
      await reported;
      checkUsed(step, lr, used);
      this.throughput.arrived();
      this.rates.recordLoss(loss);
      const row = { step, loss, lr };
      onRow?.(row);
      this.hooks.onRow?.(row);
      if (this.divergence.observe(step, loss)) this.hooks.onDiverged?.(step);
    });
    this.inFlight.add(this.reported);
  }

  private async reportOf(
    step: number,
    coming: Promise<StepOutcome>,
    inspection: Inspection,
  ): Promise<StepReport> {
    try {
      const outcome = await coming;
      return {
        step,
        loss: outcome.loss,
        ...(await inspection.measured(outcome)),
        stepsPerSecond: this.throughput.stepsPerSecond,
        submits: this.throughput.submits,
        javascriptMs: this.throughput.javascriptMs,
        execution: this.execution,
        memory: this.memory(),
      };
    } finally {
      inspection.dispose();
    }
  }

  /** After the update `step`: steps the schedulers that are due, and validates at an epoch's end. */
  private async stepSchedulers(step: number): Promise<void> {
    const { stepsPerEpoch } = this.plan;
    const batch = step % stepsPerEpoch;
    // A policy that monitors a metric waits for it, so that a run can be repeated; others never wait.
    if (this.rates.awaits('step', batch).size > 0) await this.drain();
    this.rates.afterStep({ batch });
    if (batch < stepsPerEpoch - 1) return;

    const epoch = Math.floor(step / stepsPerEpoch);
    const awaited = this.rates.awaits('epoch', epoch);
    const watchesValidation = awaited.has('valLoss') || awaited.has('valAccuracy');
    const { onEvaluation } = this.hooks;
    const { checkValEveryNEpoch = 1 } = this.prepared.config;
    const isDue = onEvaluation && (epoch + 1) % checkValEveryNEpoch === 0;
    const score = isDue || watchesValidation ? this.evaluate() : undefined;
    if (score) {
      const { reported, made } = this;
      // Reported after the rows of its epoch and before those of the next, so that these imply the score.
      this.reported = score.then(async (result) => {
        await reported;
        onEvaluation?.({ step: made, epoch: epoch + 1, ...result });
      });
      this.inFlight.add(this.reported);
    }
    if (awaited.size > 0) await this.drain();
    const { loss: valLoss, accuracy: valAccuracy } = (watchesValidation ? await score : undefined) ?? {};
    this.rates.afterEpoch({ epoch, metrics: { valLoss, valAccuracy } });
  }

  /** Frees everything; waits for what is in flight. */
  async dispose(): Promise<void> {
    this.isDisposed = true;
    this.reportRequest?.reject(refusal('aborted', 'the run was disposed of; its next update is not made.'));
    await this.queue.idle();
    // The caller that trained has received the error of a failed read.
    await this.drain().catch(noop);
    this.updates.dispose();
    this.optimizer.dispose();
    this.prepared.dispose();
  }
}

/** The smallest float32 that every device keeps: smaller ones may become 0. */
const smallestNormal = 2 ** -126;

/** Checks at every step that the device used what was scheduled, rounded to float32. */
function checkUsed(step: number, scheduled: readonly number[], used: Float32Array | undefined): void {
  if (!used) return;
  for (const [group, lr] of scheduled.entries()) {
    const expected = Math.fround(lr);
    if (Object.is(used[2 * group], expected) || Math.abs(expected) < smallestNormal) continue;
    throw new Error(
      `the device used the learning rate ${used[2 * group]} at step ${step}, group ${group}; scheduled was ${lr}.`,
    );
  }
}
