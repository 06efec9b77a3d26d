/**
 * Records one step of any tf.js computation on WebGPU, to replay it without tf.js.
 *
 * Most of the cost of a small network in tf.js is JavaScript: building tensors, choosing kernels, packing uniforms,
 * making bind groups, a hundred times a step. All of it gives the same result every time while shapes stay the same. So
 * the step runs once while its GPU commands are recorded, and from then on only those commands are issued. They are the
 * same commands on the same buffers, so the results are equal bit for bit.
 *
 * At the end of each step variables return to the buffers in which they started, so that the next replay finds them.
 */
import * as tf from '@tensorflow/tfjs-core';

import type { WebGpuBackend } from '../webgpu-backend.js';
import { readFresh, submitPending, webGpuBackend } from '../webgpu-backend.js';
import { BufferHolds } from './buffer-holds.js';
import { CaptureError } from './capture-error.js';
import type { Capture } from './captured-step.js';
import { CapturedStep } from './captured-step.js';
import type { Copy } from './commands.js';
import { CommandList, copyNow, wholeCopy } from './commands.js';
import { Recording } from './recording.js';
import type { InputTensors, InputValues } from './step-inputs.js';
import { StepInputs } from './step-inputs.js';
import { FixedVariable } from './fixed-variable.js';

/** How a step is captured. */
export interface CaptureOptions<Inputs extends InputTensors, Outputs extends tf.TensorContainer> {
  /**
   * Tensors that the step uses and whose values change from step to step: the batch, the learning rate. The caller owns
   * them, and they must outlive the capture.
   */
  inputs?: Inputs;
  /** How many ordinary steps come before the recorded one, to make optimizer slots and compile shaders. Default 1. */
  warmUp?: number;
  /** The values of the inputs for each real step, 0 to `warmUp`; the last step is recorded. */
  feed?: (index: number) => InputValues<Inputs>;
  /**
   * Receives the results of each real step, in order. They may be disposed of after it returns or its promise settles.
   * It is also called for a step that cannot be captured.
   */
  onStep?: (outputs: Outputs, index: number) => void | Promise<void>;
}

/**
 * Captures a step: runs it `warmUp` times and once more while its GPU commands are recorded. All `warmUp + 1` runs are
 * ordinary steps that update the variables; there are no others, and a step that is refused has run as well. The first
 * replay is the step after them.
 *
 * A replay repeats what the device did, not what JavaScript did:
 * - Shapes, control flow and numbers are those of the recorded step. `tf.scalar(learningRate)` inside the step is a
 *   constant from then on; a value that changes must be an input. `captured.constants` lists the uploads.
 * - Random numbers that tf.js draws on the CPU (dropout of tf.layers) are such constants.
 * - State that lasts from step to step must be in `tf.Variable`s, which may be updated by `assign` or in place.
 * - `iterations` of a tf.js optimizer does not advance.
 * - Reading values inside the step (`dataSync`, `data`) is refused.
 * - A bind group that a kernel made before the recording is used as it is; its buffers must outlive the capture.
 *
 * Variables stay ordinary variables: the next replay notices that one was assigned or cloned outside, uses the new
 * values and leaves clones unchanged.
 *
 * ```ts
 * const inputs = { x: tf.zeros([32, 28, 28, 1]), y: tf.zeros([32, 10]), lr: tf.scalar(0) };
 * const step = () => {
 *   const { value, grads } = tf.variableGrads(() => lossOf(inputs.x, inputs.y), weights);
 *   for (const weight of weights) weight.assign(weight.sub(grads[weight.name].mul(inputs.lr)));
 *   return { loss: value };
 * };
 * const captured = await captureStep(step, { inputs, feed: (index) => valuesOf(index) });
 * for (let index = 2; index < steps; index++) captured.replay(valuesOf(index));
 * const [loss] = await captured.outputs.loss.data();
 * ```
 *
 * @param step makes one step with synchronous tf.js operations, and returns tensors or a record of tensors; it runs in
 *   a `tf.tidy`. New tensors that it returns belong to the capture.
 * @throws CaptureError with the reason if the step cannot be captured; the caller continues without a capture
 * @throws InputError for inputs of a type that cannot be written, and for values that do not fit
 */
export async function captureStep<
  Outputs extends tf.TensorContainer,
  Inputs extends InputTensors = InputTensors,
>(
  step: () => Outputs,
  options: CaptureOptions<Inputs, Outputs> = {},
): Promise<CapturedStep<Inputs, Outputs>> {
  if (tf.getBackend() !== 'webgpu')
    throw refusal(`tf.js computes on "${tf.getBackend()}", and only WebGPU commands can be recorded`);
  const { inputs: tensors = {} as Inputs, warmUp = 1, feed, onStep } = options;
  const backend = webGpuBackend();
  const inputs = new StepInputs(backend, tensors);
  const notResults = new Set<tf.Tensor>(Object.values(tensors));
  const feedStep = (index: number): void => {
    submitPending(backend);
    if (feed) inputs.write(feed(index));
  };

  for (let index = 0; index < warmUp; index++) {
    feedStep(index);
    // tf.js computes small values on the CPU while they are there; the warm-up must run what will be recorded.
    for (const { dataId } of variables(backend)) backend.uploadToGPU(dataId);
    const outputs = runStep(step);
    await onStep?.(outputs, index);
    tf.dispose(resultsOf(outputs, notResults));
  }

  feedStep(warmUp);
  const fixedVariables = variables(backend).map((variable) => FixedVariable.of(backend, variable));
  for (const fixed of fixedVariables) fixed.moveBack();
  const { outputs, recording, invalid } = recordStep(backend, step, inputs.buffers, notResults);
  const results = resultsOf(outputs, notResults);
  const problem = recording.problem ?? problemOf(backend, recording, fixedVariables);
  // Before any await: until the variables are back in their buffers, no other code may use them.
  const captured =
    problem === undefined
      ? new CapturedStep({
          ...completeStep(backend, recording, fixedVariables, inputs.buffers, results),
          backend,
          inputTensors: tensors,
          inputs,
          outputs,
          results,
        })
      : undefined;
  if (!captured) recording.release();

  const refused = await invalid;
  await onStep?.(outputs, warmUp);
  if (captured && refused === undefined) return captured;
  if (captured) captured.dispose();
  else tf.dispose(results);
  throw refusal(problem ?? `the device did not accept its commands (${refused})`, problem === undefined);
}

function refusal(reason: string, isInvalid = false): CaptureError {
  return new CaptureError('The step cannot be captured', reason, isInvalid);
}

/** Runs the step and records its commands. */
function recordStep<Outputs extends tf.TensorContainer>(
  backend: WebGpuBackend,
  step: () => Outputs,
  inputBuffers: ReadonlySet<GPUBuffer>,
  notResults: ReadonlySet<tf.Tensor>,
): { outputs: Outputs; recording: Recording; invalid: Promise<string | undefined> } {
  const { device } = backend;
  const validation = (): Promise<string | undefined> =>
    device.popErrorScope().then(
      (error) => error?.message,
      (error: unknown) => String(error),
    );
  device.pushErrorScope('validation');
  try {
    const { result: outputs, recording } = Recording.of(backend, inputBuffers, () => {
      const outputs = runStep(step);
      // Values that are still on the CPU would be uploaded later, outside the recording.
      for (const { dataId } of [...resultsOf(outputs, notResults), ...variables(backend)])
        backend.uploadToGPU(dataId);
      return outputs;
    });
    return { outputs, recording, invalid: validation() };
  } catch (error) {
    void validation();
    throw error;
  }
}

function runStep<Outputs extends tf.TensorContainer>(step: () => Outputs): Outputs {
  return tf.tidy(() => {
    const outputs = step();
    if (outputs instanceof Promise) throw refusal('it is asynchronous');
    // A tidy around the capture must not dispose of them either.
    for (const tensor of tensorsIn(outputs)) tf.keep(tensor);
    return outputs;
  });
}

function tensorsIn(outputs: tf.TensorContainer): tf.Tensor[] {
  return tf.tensor_util.getTensorsInContainer(outputs);
}

/** The returned tensors that the step made. */
function resultsOf(outputs: tf.TensorContainer, notResults: ReadonlySet<tf.Tensor>): tf.Tensor[] {
  return tensorsIn(outputs).filter((tensor) => !(tensor instanceof tf.Variable || notResults.has(tensor)));
}

/** The variables on the device. */
function variables(backend: WebGpuBackend): tf.Variable[] {
  return Object.values(tf.engine().registeredVariables).filter(
    ({ dataId, dtype, size }) =>
      size > 0 && dtype !== 'string' && dtype !== 'complex64' && backend.tensorMap.has(dataId),
  );
}

/** Why a recorded step cannot be replayed, as far as its end shows. */
function problemOf(
  backend: WebGpuBackend,
  recording: Recording,
  fixedVariables: readonly FixedVariable[],
): string | undefined {
  if (recording.commands.length === 0) return 'it runs nothing on the GPU';
  const known = new Set(fixedVariables.map(({ variable }) => variable));
  const made = variables(backend).filter((variable) => !known.has(variable));
  if (made.length > 0) {
    const names = made.map(({ name }) => `"${name}"`).join(', ');
    return `it makes variables (${names}), so it must run at least once before it is recorded`;
  }
  const disposed = fixedVariables.find(({ variable }) => variable.isDisposed);
  if (disposed) return `it disposes of the variable "${disposed.variable.name}"`;
  const left = new Set(fixedVariables.filter(({ hasMoved }) => hasMoved).map(({ buffer }) => buffer));
  for (const buffer of recording.released)
    if (!recording.acquired.has(buffer) && !left.has(buffer))
      return 'it disposes of a tensor made before it; state that lasts from step to step must be in variables';
  return undefined;
}

/**
 * Completes a recorded step so that every variable ends in its fixed buffer, with its new values. Runs once now, and in
 * every replay.
 */
function completeStep(
  backend: WebGpuBackend,
  recording: Recording,
  fixedVariables: readonly FixedVariable[],
  inputBuffers: Iterable<GPUBuffer>,
  results: readonly tf.Tensor[],
): Pick<Capture<InputTensors, unknown>, 'commands' | 'fixedVariables' | 'held' | 'own' | 'constants'> {
  const own = new Set(recording.acquired);
  const closing = closingCopies(backend, fixedVariables, results, own);
  const held = recording.buffers();
  for (const { source, target } of closing.copies) held.add(source).add(target);
  for (const buffer of inputBuffers) held.add(buffer);
  const known = fixedVariables.filter(({ hasMoved, buffer }) => hasMoved || held.has(buffer));

  const holds = BufferHolds.of(backend);
  for (const buffer of held) holds.hold(buffer);
  // From here on tf.js counts them as released; they are released when the holds end.
  recording.release();
  recording.release(closing.temporary);
  for (const fixed of known) fixed.copyForOthers();
  copyNow(backend.device, closing.copies);
  for (const fixed of known) if (!fixed.isInPlace()) fixed.attach();
  for (const { dataId } of results) readFresh(backend.tensorMap.get(dataId));

  return {
    commands: new CommandList([...recording.commands, ...closing.copies]),
    fixedVariables: known,
    held: [...held],
    own: [...held].filter((buffer) => own.has(buffer)),
    constants: recording.constants,
  };
}

/**
 * The copies at a step's end: assigned variables move back to their buffers, and results that share a variable's buffer
 * get one of their own, with the value that the variable had or has.
 *
 * @param own receives the buffers that are acquired here
 */
function closingCopies(
  backend: WebGpuBackend,
  fixedVariables: readonly FixedVariable[],
  results: readonly tf.Tensor[],
  own: Set<GPUBuffer>,
): { copies: Copy[]; temporary: GPUBuffer[] } {
  const before: Copy[] = [];
  const moves: Copy[] = [];
  const after: Copy[] = [];
  const temporary: GPUBuffer[] = [];
  const acquireLike = ({ size, usage }: GPUBuffer): GPUBuffer => {
    const buffer = backend.bufferManager.acquireBuffer(size, usage);
    own.add(buffer);
    return buffer;
  };

  const left = fixedVariables.filter(({ hasMoved }) => hasMoved);
  const rewritten = new Set(left.map(({ buffer }) => buffer));
  for (const { variable, buffer } of left) {
    let source = backend.tensorMap.get(variable.dataId).resource!;
    if (rewritten.has(source)) {
      // It was assigned the old value of another variable, which that variable's new value is about to replace.
      const saved = acquireLike(source);
      temporary.push(saved);
      before.push(wholeCopy(source, saved));
      source = saved;
    }
    moves.push(wholeCopy(source, buffer));
  }

  const fixedBuffers = new Set(fixedVariables.map(({ buffer }) => buffer));
  for (const { dataId } of results) {
    const data = backend.tensorMap.get(dataId);
    const source = data.resource!;
    if (!fixedBuffers.has(source)) continue;
    const copy = acquireLike(source);
    (rewritten.has(source) ? before : after).push(wholeCopy(source, copy));
    data.resource = copy;
  }
  return { copies: [...before, ...moves, ...after], temporary };
}
