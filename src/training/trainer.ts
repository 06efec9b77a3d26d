/**
 * One training run. A step is: batch → loss and gradients → the optimizer's update with the rates that its groups hold
 * → the schedulers. Row k of what it reports is the loss of batch k before update k, and the rate used in update k.
 */
import { noop, Queue } from '../async.js';
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
import { InFlight } from './in-flight.js';
import type { Handoff, Plan } from '../timeline/index.js';
import type { MemoryReport } from './memory.js';
import { memoryReport } from './memory.js';
import type { Weight } from './network.js';
import type { Preparation, PreparationHooks, TrainerConfig } from './preparation.js';
import { prepare } from './preparation.js';
import { Pace } from './pace.js';
import type { StepReport } from './step-report.js';
import { Inspection, ReportRequest } from './step-report.js';
import type { Execution, StepOutcome, PlannedStep, TrainStep } from './step/train-step.js';
import { chooseStep } from './step/choose-step.js';

/** One step as it was: the loss before the update, and the rate that each param group used in it. */
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
  /** The class for which the network takes each image. */
  readonly answers: Int32Array;
}

/** Where a run tells what happens, and what it takes from its surroundings. */
export interface TrainerHooks extends PreparationHooks {
  /** Called once a step's loss has come back from the device, in the order of the steps. */
  onRow?: (row: StepRow) => void;
  /** When given, the validation set is scored at the epochs' ends (see `checkValEveryNEpoch`). */
  onEvaluation?: (evaluation: Evaluation) => void;
  /**
   * Called once, after the row that told: the loss is no number any more, or far above its start. Steps that were made
   * meanwhile are still told; what to do is the caller's to decide.
   */
  onDiverged?: (step: number) => void;
}

/** Steps whose losses may still be on their way back when more are made; those of a submit, where they are more. */
const stepsInFlight = 3;

/** A run that is stepped by hand; usable without a worker. */
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
  private readonly pace = new Pace();
  private made = 0;
  private asked?: ReportRequest;
  /** Calls that change the state, one after the other. */
  private readonly queue = new Queue();
  private isDisposed = false;
  /** Settles when the row before has been told, so that rows keep their order whatever the device does. */
  private told: Promise<void> = Promise.resolve();

  private constructor(prepared: Preparation, hooks: TrainerHooks) {
    const { config, data, network } = prepared;
    this.prepared = prepared;
    this.hooks = hooks;
    this.backend = prepared.backend;
    this.modelName = prepared.modelName;
    this.plan = planOf(config, data.labels.length);
    this.optimizer = createOptimizer(network.parameters, config.optimizer);
    // Only the groups: whether updates come before schedulers' steps is seen to here, and not by the optimizer's step().
    const { paramGroups } = this.optimizer;
    this.rates = new RateDriver({ paramGroups }, config.policy);
    this.divergence = new DivergenceDetector(data.classes);
    const { training: images, clock, capture } = prepared;
    this.updates = chooseStep({ network, optimizer: this.optimizer, images, clock }, capture);
  }

  /**
   * Makes a run ready: backend, data, network, optimizer, policy.
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

  /** How many classes the network tells apart. */
  get classes(): number {
    return this.prepared.data.classes;
  }

  /** The step whose loss told that the run has diverged; undefined while all is well. */
  get divergedAt(): number | undefined {
    return this.divergence.at;
  }

  /** Whether updates are replayed, and why not. */
  get execution(): Execution {
    return this.updates.execution;
  }

  /** Makes `count` updates and returns their rows, once all losses have come back. */
  async step(count = 1): Promise<StepRow[]> {
    const rows: StepRow[] = [];
    for (let left = count; left > 0;) left -= await this.advance(left, (row) => rows.push(row));
    await this.drain();
    return rows;
  }

  /**
   * Makes at least one update, and up to `most` together where they are so short that the time goes into asking for
   * them. Waits for the device only when too many steps are in flight. Their rows are told later. Calls take turns.
   *
   * @returns how many updates were made
   */
  advance(most = 1, onRow?: (row: StepRow) => void): Promise<number> {
    return this.queue.add(() => this.advanceNow(most, onRow));
  }

  /**
   * Asks for a report of the next update: what the device used, what it did to the weights, what it cost. Settles once
   * that update has been made and has come back; rejected when that fails, is given up, or the run is disposed of before.
   */
  report(): Promise<StepReport> {
    this.asked ??= new ReportRequest();
    return this.asked.report;
  }

  /** Rejects the report that has been asked for, where the update that it waits for will not be made. */
  refuseReport(reason: unknown): void {
    this.asked?.reject(reason);
    this.asked = undefined;
  }

  /** Waits until every row and evaluation has been told. */
  drain(): Promise<void> {
    return this.inFlight.drain();
  }

  /** Mean loss and accuracy on the validation set with the present weights, without dropout. */
  evaluate(): Promise<{ loss: number; accuracy: number }> {
    return this.prepared.network.score(this.prepared.validation);
  }

  /** The first `count` validation images, and what the network takes them for with the present weights. */
  async samples(count: number): Promise<Samples> {
    const { data, network, validation } = this.prepared;
    const { height, width, channels } = data;
    const shown = Math.min(count, validation.count);
    return {
      height,
      width,
      channels,
      images: data.validation.images.slice(0, shown * height * width * channels),
      labels: data.validation.labels.slice(0, shown),
      answers: await network.answers(validation, shown),
    };
  }

  /** Puts another policy in the place of everything that runs; it acts from the next update on. */
  swap(policy: unknown, { handoff = 'continue' }: { handoff?: Handoff } = {}): void {
    this.rates.change({ kind: 'swap', policy: normalisePolicy(policy as PolicyInput), handoff });
  }

  /** Puts a policy on top of what runs, built on the used optimizer as PyTorch would. */
  chain(policy: unknown): void {
    this.rates.change({ kind: 'chain', policy: normalisePolicy(policy as PolicyInput) });
  }

  /** Takes one of {@link entries} out; the others keep their state. */
  unchain(index: number): void {
    this.rates.change({ kind: 'unchain', index });
  }

  /** Sets the rate of every param group; schedulers go on from it as PyTorch's do. */
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
   * The state of the run between two steps: after those that have been asked for of {@link advance}. A run that goes on
   * from it, of the same config and on the same backend, does what this one does, bit for bit.
   */
  checkpoint(): Promise<Checkpoint> {
    return this.queue.add(async () => {
      this.checkAlive();
      await this.drain();
      return takeCheckpoint(this.parts, this.made);
    });
  }

  /**
   * Puts a run's state in the place of this one's, whatever has been trained here; {@link steps} is then the checkpoint's.
   *
   * @throws InputError `checkpoint` for one that does not fit this network or optimizer; everything is as it was then
   */
  restore(checkpoint: Checkpoint): Promise<void> {
    return this.queue.add(async () => {
      this.checkAlive();
      const load = planRestore(this.parts, checkpoint);
      // What has failed on the way belongs to the past that is left behind.
      await this.drain().catch(noop);
      this.told = Promise.resolve();
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
    const together = Math.min(this.pace.stepsPerSubmit, this.updates.most);
    await this.inFlight.room(Math.max(stepsInFlight, together));
    this.checkAlive();
    const { asked } = this;
    this.asked = undefined;
    let inspection: Inspection | undefined;
    let made: number;
    try {
      const begun = this.pace.begin(this.inFlight.isEmpty);
      const { planned, rates, failure } = this.planSteps(asked ? 1 : Math.min(most, together));
      inspection = asked && new Inspection(this.optimizer);
      const { outcomes } = await this.updates.make(planned, inspection?.options);
      // What is asked for is not what a step costs.
      if (inspection) this.pace.restart();
      else this.pace.submitted(begun, planned.length, this.execution.captured);
      made = planned.length;
      this.made += made;
      for (const [index, outcome] of outcomes.entries())
        this.tell({ step: planned[index].step, lr: rates[index] }, outcome, onRow);
      if (inspection) asked?.resolve(this.reportOf(planned[0].step, outcomes[0], inspection));
      inspection = undefined;
      if (failure) throw failure;
    } catch (error) {
      inspection?.dispose();
      asked?.reject(error);
      throw error;
    }
    await this.stepSchedulers(this.made - 1);
    return made;
  }

  private checkAlive(): void {
    if (this.isDisposed) throw new DOMException('the run has been disposed of.', 'AbortError');
  }

  private get parts(): CheckpointParts {
    const { optimizer, rates, divergence } = this;
    return { network: this.prepared.network, optimizer, rates, divergence };
  }

  /** Takes down the numbers of the next updates, and steps the schedulers between them. */
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
        // A schedule that gives out does so after the update before it.
        return { planned, rates, failure: error instanceof Error ? error : new Error(String(error)) };
      }
    }
  }

  /** Tells a step once its loss has come back, after all steps before it. */
  private tell(
    { step, lr }: Omit<StepRow, 'loss'>,
    outcome: Promise<StepOutcome>,
    onRow?: (row: StepRow) => void,
  ): void {
    const { told } = this;
    this.told = outcome.then(async ({ loss, used }) => {
      await told;
      checkUsed(step, lr, used);
      this.pace.arrived();
      this.rates.recordLoss(loss);
      const row = { step, loss, lr };
      onRow?.(row);
      this.hooks.onRow?.(row);
      if (this.divergence.observe(step, loss)) this.hooks.onDiverged?.(step);
    });
    this.inFlight.add(this.told);
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
        stepsPerSecond: this.pace.stepsPerSecond,
        submits: this.pace.submits,
        javascriptMs: this.pace.javascriptMs,
        execution: this.execution,
        memory: this.memory(),
      };
    } finally {
      inspection.dispose();
    }
  }

  /** After the update `step`: the schedulers that are due, and at an epoch's end the validation. */
  private async stepSchedulers(step: number): Promise<void> {
    const { stepsPerEpoch } = this.plan;
    const batch = step % stepsPerEpoch;
    // A policy that watches a metric waits for it, so that a run can be repeated; others never wait.
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
      const { told, made } = this;
      // After the rows of its epoch and before those of the next: whoever has these has the score.
      this.told = score.then(async (result) => {
        await told;
        onEvaluation?.({ step: made, epoch: epoch + 1, ...result });
      });
      this.inFlight.add(this.told);
    }
    if (awaited.size > 0) await this.drain();
    const { loss: valLoss, accuracy: valAccuracy } = (watchesValidation ? await score : undefined) ?? {};
    this.rates.afterEpoch({ epoch, metrics: { valLoss, valAccuracy } });
  }

  /** Frees everything; waits for what is in flight. */
  async dispose(): Promise<void> {
    this.isDisposed = true;
    this.asked?.reject(new DOMException('the run was disposed of before its next update.', 'AbortError'));
    await this.queue.idle();
    // A failed read has been told to whoever trained.
    await this.drain().catch(noop);
    this.updates.dispose();
    this.optimizer.dispose();
    this.prepared.dispose();
  }
}

/** The smallest float32 that every device keeps: smaller ones may become 0. */
const smallestNormal = 2 ** -126;

/** What the device used is what was scheduled, rounded to float32: proved at every step, not promised. */
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
