/** A recorded step, ready to be replayed. */
import * as tf from '@tensorflow/tfjs-core';

import type { WebGpuBackend } from '../webgpu-backend.js';
import { submitPending } from '../webgpu-backend.js';
import { BufferHolds } from './buffer-holds.js';
import { CaptureError } from './capture-error.js';
import type { Clock, CommandList } from './commands.js';
import { deviceLoss } from './device-loss.js';
import { GpuTimer } from './gpu-timer.js';
import type { Constant } from './recording.js';
import type { InputTensors, InputValues, StepInputs } from './step-inputs.js';
import type { FixedVariable } from './fixed-variable.js';

/** The commands of one replay, and the buffers that the capture keeps for it. */
export interface CaptureCounts {
  /** Runs of a compute pipeline, a step. */
  dispatches: number;
  /** Copies between buffers, a step; feeding inputs not included. */
  copies: number;
  /** Compute passes, a step. */
  passes: number;
  /** Buffers that exist for the capture alone: intermediates, uniforms, constants, outputs. */
  buffers: number;
  /** The size of these buffers on the device. */
  bytes: number;
}

/** Options of a replay. */
export interface ReplayOptions {
  /** Called after each step's commands: append the commands that read its results before the next step replaces them. */
  afterStep?: (encoder: GPUCommandEncoder, index: number) => void;
  /**
   * Called with the time that the device computes, in milliseconds from the first dispatch to the last, once it is known;
   * with `undefined` if the device has no timestamps. Browsers may round to 0.1 ms.
   */
  onGpuTime?: (milliseconds: number | undefined) => void;
}

/** A finished recording; see `captureStep`. */
export interface Capture<Inputs extends InputTensors, Outputs> {
  backend: WebGpuBackend;
  commands: CommandList;
  inputTensors: Inputs;
  inputs: StepInputs<Inputs>;
  outputs: Outputs;
  /** The outputs that the capture disposes of. */
  results: readonly tf.Tensor[];
  fixedVariables: readonly FixedVariable[];
  /** Buffers held while the capture lasts, each once. */
  held: readonly GPUBuffer[];
  /** Those of them that exist for the capture alone. */
  own: readonly GPUBuffer[];
  constants: readonly Constant[];
}

const noValues = {};

/**
 * One step's GPU commands, replayed without tf.js: one encoder, one submit, no new buffers or bind groups.
 * `captureStep` makes it and documents what a replay repeats.
 *
 * Replays and tf.js may alternate freely: each sees the other's changes of the variables.
 */
export class CapturedStep<
  Inputs extends InputTensors = InputTensors,
  Outputs extends tf.TensorContainer = tf.TensorContainer,
> {
  /** The tensors that replays are fed through. */
  readonly inputs: Inputs;
  /**
   * What the step returned, with the values of the latest replay. Read them (`data()`) before the next replay: it writes
   * the same tensors and their clones. They are disposed of with the capture.
   */
  readonly outputs: Outputs;
  /** What JavaScript uploaded during the recording: every replay uses these values. */
  readonly constants: readonly Constant[];
  private readonly capture: Capture<Inputs, Outputs>;
  private readonly loss: { readonly reason?: string };
  private timer?: GpuTimer;
  private isDisposed = false;

  constructor(capture: Capture<Inputs, Outputs>) {
    this.capture = capture;
    this.inputs = capture.inputTensors;
    this.outputs = capture.outputs;
    this.constants = capture.constants;
    this.loss = deviceLoss(capture.backend.device);
  }

  /** The commands of one replay, and the buffers that the capture keeps for it. */
  get counts(): CaptureCounts {
    const { commands, own, inputs } = this.capture;
    const { dispatches, copies, passes } = commands;
    const staging = inputs.stagingBytes;
    return {
      dispatches,
      copies,
      passes,
      buffers: own.length + (staging > 0 ? 1 : 0),
      bytes: own.reduce((sum, { size }) => sum + size, staging),
    };
  }

  /**
   * Runs one step, in one submit.
   *
   * @param values for inputs; those not named keep their values
   * @throws CaptureError if the capture can no longer be replayed: it was disposed of, tf.js uses another backend, the
   *   device is lost, or a variable was disposed of
   * @throws InputError for values that do not fit the inputs
   */
  replay(values: InputValues<Inputs> = noValues, options: ReplayOptions = noValues): void {
    this.prepare();
    this.capture.inputs.write(values);
    const { device, queue } = this.capture.backend;
    const timer = options.onGpuTime && this.timerOf(device);
    const encoder = device.createCommandEncoder();
    this.capture.commands.encode(encoder, timer && { querySet: timer.querySet, begins: true, ends: true });
    options.afterStep?.(encoder, 0);
    const readTime = timer?.finish(encoder);
    queue.submit([encoder.finish()]);
    reportTime(options, readTime);
  }

  /**
   * Runs several steps in one submit: all values are uploaded in one write and copied to the inputs step by step. Throws
   * as {@link replay} does.
   */
  replaySteps(steps: readonly InputValues<Inputs>[], options: ReplayOptions = noValues): void {
    if (steps.length === 0) return;
    this.prepare();
    const { backend, commands, inputs } = this.capture;
    inputs.stage(steps);
    const timer = options.onGpuTime && this.timerOf(backend.device);
    const encoder = backend.device.createCommandEncoder();
    let offset = 0;
    for (let index = 0; index < steps.length; index++) {
      offset = inputs.copyStaged(encoder, steps[index], offset);
      commands.encode(encoder, timer && clockOf(timer, index, steps.length));
      options.afterStep?.(encoder, index);
    }
    const readTime = timer?.finish(encoder);
    backend.queue.submit([encoder.finish()]);
    reportTime(options, readTime);
  }

  /**
   * Runs one step and returns how long the device computed, in milliseconds; `undefined` if the device has no timestamps.
   * Throws as {@link replay} does.
   */
  time(values?: InputValues<Inputs>): Promise<number | undefined> {
    return new Promise((resolve) => this.replay(values, { onGpuTime: resolve }));
  }

  /**
   * Appends one step to the caller's encoder; the caller submits it before the next use of tf.js. Inputs keep their values
   * unless {@link write} is called before. Throws as {@link replay} does.
   */
  encode(encoder: GPUCommandEncoder): void {
    this.prepare();
    this.capture.commands.encode(encoder);
  }

  /** Writes inputs at once, for {@link encode} and for running the step function itself. Throws as {@link replay} does. */
  write(values: InputValues<Inputs>): void {
    this.prepare();
    this.capture.inputs.write(values);
  }

  /** Frees everything and disposes of the outputs; variables and inputs stay unchanged. */
  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    const { backend, inputs, results, held } = this.capture;
    this.timer?.dispose();
    inputs.dispose();
    for (const result of results) result.dispose();
    const holds = BufferHolds.of(backend);
    for (const buffer of held) holds.drop(buffer);
  }

  /** Restores the recorded state for a replay, and submits tf.js's earlier commands first. */
  private prepare(): void {
    const { backend, fixedVariables } = this.capture;
    if (this.isDisposed) throw unusable('it was disposed of');
    if (this.loss.reason !== undefined) throw unusable(`the GPU device was lost (${this.loss.reason})`);
    if (tf.backend() !== (backend as unknown)) throw unusable(`tf.js computes on "${tf.getBackend()}" now`);
    submitPending(backend);
    for (const fixed of fixedVariables) if (!fixed.isInPlace()) fixed.moveBack();
  }

  private timerOf(device: GPUDevice): GpuTimer | undefined {
    return (this.timer ??= GpuTimer.of(device));
  }
}

function unusable(reason: string): CaptureError {
  return new CaptureError('The captured step cannot be replayed', reason);
}

function clockOf({ querySet }: GpuTimer, index: number, steps: number): Clock {
  return { querySet, begins: index === 0, ends: index === steps - 1 };
}

function reportTime({ onGpuTime }: ReplayOptions, read: (() => Promise<number>) | undefined): void {
  if (!onGpuTime) return;
  // A lost device or dispose() may end a measurement: then there is none.
  if (read) void read().then(onGpuTime, () => onGpuTime(undefined));
  else onGpuTime(undefined);
}
