/**
 * Training steps on WebGPU. tf.js makes the first, the second and third are recorded while tf.js makes them, and from
 * then on their commands are replayed. There are two recordings because a replay repeats what JavaScript uploaded in the
 * recorded step: a step whose uploads change, such as noise that a layer draws, must not be replayed.
 *
 * What changes from step to step reaches the device through small buffers: the indices of the images, the optimizer's
 * coefficients with the learning rate among them, and the key of the dropout masks. Losses, and the rates that the
 * device read, return through a ring of buffers.
 */
import * as tf from '@tensorflow/tfjs-core';

import type { CapturedStep } from '../../gpu/index.js';
import {
  CaptureError,
  captureStep,
  deviceDropoutMask,
  ReadbackRing,
  submitPending,
  webGpuBackend,
  write,
} from '../../gpu/index.js';
import type { DropoutClock } from '../../models/index.js';
import { dropoutStepKey } from '../../models/index.js';
import type { Optimizer } from '../../optimizers/index.js';
import type { DeviceImages } from '../image-source.js';
import type { Network } from '../network.js';
import { mostStepsPerSubmit } from '../throughput.js';
import type { Execution, StepOutcome, PlannedStep, StepOptions, TrainStep } from './train-step.js';

interface Parts {
  network: Network;
  optimizer: Optimizer;
  images: DeviceImages;
  clock: DropoutClock;
}

// A type, not an interface: the capture wants an index signature.
// oxlint-disable-next-line typescript/consistent-type-definitions
type Inputs = { indices: tf.Tensor1D; coefficients: tf.Tensor; stepKey: tf.Tensor };

/** How steps of one batch size are made. */
interface SizedStep {
  inputs: Inputs;
  /** Steps made without a capture. */
  made: number;
  /** The first recording, until the second agrees with it. */
  candidate?: Captured;
  captured?: Captured;
  refusal?: string;
}

type Captured = CapturedStep<Inputs, { loss: tf.Scalar }>;

/** The most batch sizes whose captures are kept; a run has one, unless the caller gives its batches. */
const mostSizes = 3;

/** Makes steps by replaying recorded commands. */
export class ReplayedStep implements TrainStep {
  private readonly parts: Parts;
  private readonly capture: boolean;
  private readonly stepKey: tf.Tensor;
  private readonly ring: ReadbackRing;
  /** By batch size, the last used at the end. */
  private readonly sizes = new Map<number, SizedStep>();
  private latest?: SizedStep;
  /** Which weights the loss depends on, known from the first step. */
  private present?: readonly boolean[];

  /** @param capture false: tf.js makes every step */
  constructor(parts: Parts, capture: boolean) {
    this.parts = parts;
    this.capture = capture;
    const stepKey = tf.keep(tf.tensor1d([0], 'int32'));
    this.stepKey = stepKey;
    parts.clock.deviceMask = (layer, shape, rate) => deviceDropoutMask(shape, { layer, rate, stepKey });
    // One buffer is read while one collects: each wake-up costs more than all of a step's JavaScript.
    this.ring = new ReadbackRing({ floats: 1 + parts.optimizer.fused.used.size, slots: 2 });
  }

  /** The first step alone: it finds out which coefficients the others need. */
  get most(): number {
    return this.present === undefined ? 1 : mostStepsPerSubmit;
  }

  get execution(): Execution {
    const { captured, refusal } = this.latest ?? {};
    if (captured) return { captured: true, counts: captured.counts };
    const reason = refusal ?? (this.capture ? 'its first steps are not made yet' : 'capture is turned off');
    return { captured: false, reason };
  }

  plan(step: number, indices: ArrayLike<number>): PlannedStep {
    this.parts.images.need(indices);
    // The first step finds out which weights have a gradient before it computes coefficients.
    const coefficients = this.present && this.parts.optimizer.coefficients(this.present);
    return { step, indices: Int32Array.from(indices), coefficients };
  }

  async make(planned: readonly PlannedStep[], options: StepOptions = {}) {
    const outcomes: Promise<StepOutcome>[] = [];
    for (let start = 0; start < planned.length;) {
      const size = planned[start].indices.length;
      const sized = this.sized(size);
      this.latest = sized;
      const { captured } = sized;
      if (captured) {
        const other = planned.findIndex(({ indices }, index) => index > start && indices.length !== size);
        const end = other === -1 ? planned.length : other;
        outcomes.push(...this.replay(captured, planned.slice(start, end), options));
        start = end;
      } else {
        const { outcome } = await this.makeOne(sized, planned[start++], options);
        outcomes.push(outcome);
      }
    }
    return { outcomes };
  }

  dispose(): void {
    for (const sized of this.sizes.values()) this.drop(sized);
    this.ring.dispose();
    this.stepKey.dispose();
  }

  private replay(
    captured: Captured,
    planned: readonly PlannedStep[],
    { onGpuTime, onGradients }: StepOptions,
  ): Promise<StepOutcome>[] {
    const outcomes: Promise<StepOutcome>[] = [];
    const replayOptions = {
      onGpuTime,
      afterStep: (encoder: GPUCommandEncoder) => outcomes.push(this.read(encoder, captured.outputs.loss)),
    };
    if (planned.length === 1) captured.replay(this.values(planned[0]), replayOptions);
    else
      captured.replaySteps(
        planned.map((each) => this.values(each)),
        replayOptions,
      );
    this.ring.flush();
    this.reportGradients({ onGradients });
    return outcomes;
  }

  /** One step by tf.js, recorded unless it is the first. */
  private async makeOne(sized: SizedStep, planned: PlannedStep, options: StepOptions) {
    const isFirst = sized.made++ === 0;
    const { outcome } =
      this.capture && !isFirst && sized.refusal === undefined
        ? await this.record(sized, planned)
        : { outcome: isFirst ? this.runChecked(sized, planned) : this.run(sized, planned) };
    options.onGpuTime?.(undefined);
    this.reportGradients(options);
    return { outcome };
  }

  private run(sized: SizedStep, planned: PlannedStep): Promise<StepOutcome> {
    const { optimizer } = this.parts;
    const backend = webGpuBackend();
    const { indices, coefficients, stepKey } = this.values(planned);
    write(backend, sized.inputs.indices, indices);
    write(backend, sized.inputs.stepKey, stepKey);
    const loss = tf.tidy(() => {
      const { loss, gradients } = this.differentiate(sized);
      this.present ??= gradients.map((gradient) => gradient !== null);
      write(backend, sized.inputs.coefficients, coefficients ?? optimizer.coefficients(this.present));
      optimizer.fused.update(gradients);
      return loss;
    });
    const outcome = this.readNow(loss);
    loss.dispose();
    return outcome;
  }

  /** The first step of its size: without the check, a refusal by the device would only show as wrong numbers. */
  private runChecked(sized: SizedStep, planned: PlannedStep): Promise<StepOutcome> {
    const { device } = webGpuBackend();
    const scopes = ['out-of-memory', 'validation'] as const;
    for (const scope of scopes) device.pushErrorScope(scope);
    const outcome = this.run(sized, planned);
    const errors = scopes.map(() => device.popErrorScope());
    return Promise.all([outcome, ...errors]).then(([value, ...errors]) => {
      const error = errors.find((each) => each !== null);
      if (error) throw new Error(`the device refuses this network's commands: ${error.message}`);
      return value;
    });
  }

  /** Makes a step while its commands are recorded; the step counts even if the recording is refused. */
  private async record(sized: SizedStep, planned: PlannedStep): Promise<{ outcome: Promise<StepOutcome> }> {
    const outcomes: Promise<StepOutcome>[] = [];
    const { candidate } = sized;
    try {
      const recorded = await captureStep(() => this.compute(sized), {
        inputs: sized.inputs,
        warmUp: 0,
        feed: () => this.values(planned),
        onStep: ({ loss }) => {
          outcomes.push(this.readNow(loss));
        },
      });
      sized.candidate = undefined;
      if (!candidate) sized.candidate = recorded;
      else if (haveEqualUploads(candidate, recorded)) sized.captured = recorded;
      else {
        recorded.dispose();
        sized.refusal = 'it uploads other values at every step, and a replay would repeat the same ones';
      }
    } catch (error) {
      // Commands that the device rejects while they are recorded are just as invalid without a recording.
      if (!(error instanceof CaptureError) || error.isInvalid || outcomes.length === 0) {
        for (const outcome of outcomes) outcome.catch(() => undefined);
        throw error;
      }
      sized.candidate = undefined;
      sized.refusal = error.reason;
    }
    candidate?.dispose();
    return { outcome: outcomes[0] };
  }

  private compute(sized: SizedStep): { loss: tf.Scalar } {
    const { loss, gradients } = this.differentiate(sized);
    this.parts.optimizer.fused.update(gradients);
    return { loss };
  }

  private differentiate({ inputs }: SizedStep) {
    const { network, optimizer, images } = this.parts;
    return network.differentiate(images.gather(inputs.indices), optimizer.parameters);
  }

  /** Starts to read the results of a step that tf.js made. */
  private readNow(loss: tf.Tensor): Promise<StepOutcome> {
    const backend = webGpuBackend();
    submitPending(backend);
    const encoder = backend.device.createCommandEncoder();
    const outcome = this.read(encoder, loss);
    backend.queue.submit([encoder.finish()]);
    this.ring.flush();
    return outcome;
  }

  private async read(encoder: GPUCommandEncoder, loss: tf.Tensor): Promise<StepOutcome> {
    const row = await this.ring.record(encoder, [loss, this.parts.optimizer.fused.used]);
    return { loss: row[0], used: row.subarray(1) };
  }

  private reportGradients({ onGradients }: StepOptions): void {
    if (!onGradients) return;
    const { parameters, fused } = this.parts.optimizer;
    tf.tidy(() => {
      const flat = tf.reshape(fused.flatGradients, [-1]);
      onGradients(
        parameters.map(({ variable }, index) =>
          tf.reshape(tf.slice(flat, fused.offsets[index], variable.size), variable.shape),
        ),
      );
    });
  }

  private values({ step, indices, coefficients }: PlannedStep) {
    const stepKey = dropoutStepKey({ seed: this.parts.clock.seed, step }) | 0;
    return {
      indices,
      coefficients: coefficients as Float32Array<ArrayBuffer> | undefined,
      stepKey: Int32Array.of(stepKey),
    };
  }

  /** How steps of this batch size are made; a new size replaces the one that was used longest ago. */
  private sized(size: number): SizedStep {
    const known = this.sizes.get(size);
    this.sizes.delete(size);
    if (!known && this.sizes.size === mostSizes) {
      const [[oldest, dropped]] = this.sizes;
      this.sizes.delete(oldest);
      this.drop(dropped);
    }
    const sized = known ?? this.newSize(size);
    this.sizes.set(size, sized);
    return sized;
  }

  private newSize(size: number): SizedStep {
    const indices = tf.keep(tf.zeros<tf.Rank.R1>([size], 'int32'));
    return {
      inputs: { indices, coefficients: this.parts.optimizer.fused.coefficients, stepKey: this.stepKey },
      made: 0,
    };
  }

  private drop({ captured, candidate, inputs }: SizedStep): void {
    captured?.dispose();
    candidate?.dispose();
    inputs.indices.dispose();
  }
}

/** Whether two recordings of a step uploaded the same values. */
const haveEqualUploads = (first: Captured, second: Captured): boolean =>
  first.constants.length === second.constants.length &&
  first.constants.every(({ digest }, index) => digest === second.constants[index].digest);
