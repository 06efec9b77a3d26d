/**
 * Recording one step of any tf.js computation on WebGPU, to replay it without tf.js.
 *
 * Most of what a small network costs in tf.js is JavaScript: building tensors, choosing kernels, packing uniforms,
 * making bind groups, a hundred times a step. All of it gives the same result every time, as long as shapes stay the
 * same. So the step runs once while its GPU commands are noted, and from then on only those commands are issued. They
 * are the very same commands on the very same buffers, so the results are the same bit for bit.
 *
 * Variables are brought back to the buffers they started from at the end of each step, which closes the circle.
 */
import * as tf from '@tensorflow/tfjs';

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
import { VariableHome } from './variable-home.js';

/** How a step is captured. */
export interface CaptureOptions<Inputs extends InputTensors, Outputs extends tf.TensorContainer> {
  /**
   * Tensors that the step uses and whose values change from step to step: the batch, the learning rate. They are the
   * caller's and must outlive the capture.
   */
  inputs?: Inputs;
  /** How many ordinary steps come before the recorded one, to make optimizer slots and compile shaders. Default 1. */
  warmUp?: number;
  /** The values of the inputs for each real step, 0 to `warmUp`; the last one is recorded. */
  feed?: (index: number) => InputValues<Inputs>;
  /**
   * Is given the results of each real step, in order; they may be disposed of once it has returned, or the promise
   * that it returns is settled. It is called also when the step then turns out not to be capturable.
   */
  onStep?: (outputs: Outputs, index: number) => void | Promise<void>;
}

/**
 * Captures a step: runs it `warmUp` times as it is and once more while its GPU commands are recorded. All `warmUp + 1`
 * runs are ordinary steps that really update the variables, none is lost, and none is made besides; a step that is
 * refused has been made as well. The first replay is the step after them.
 *
 * A replay repeats what the device did, not what JavaScript did:
 * - Shapes, control flow and numbers are those of the recorded step. `tf.scalar(learningRate)` inside the step is a
 *   constant for ever; what changes must be an input. `captured.constants` lists what was uploaded.
 * - Random numbers that tf.js draws on the CPU (dropout of tf.layers) are such constants.
 * - What lasts from step to step must be in `tf.Variable`s, which may be updated by `assign` or in place.
 * - `iterations` of a tf.js optimizer does not advance.
 * - Reading values inside the step (`dataSync`, `data`) is refused.
 *
 * - A bind group that a kernel made before the recording is used as it is; its buffers must outlive the capture.
 *
 * Variables belong to everybody, as before: assigning one outside, or cloning it, is noticed by the next replay, which
 * goes on with the new values and leaves clones as they were.
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
 * @throws CaptureError when the step cannot be captured, saying why; the caller goes on without
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
    // tf.js computes on the CPU with small values that are still there; the warm-up must do what will be recorded.
    for (const { dataId } of variables(backend)) backend.uploadToGPU(dataId);
    const outputs = runStep(step);
    await onStep?.(outputs, index);
    tf.dispose(resultsOf(outputs, notResults));
  }

  feedStep(warmUp);
  const homes = variables(backend).map((variable) => VariableHome.of(backend, variable));
  for (const home of homes) home.occupy();
  const { outputs, recording, invalid } = recordStep(backend, step, inputs.buffers, notResults);
  const results = resultsOf(outputs, notResults);
  const problem = recording.problem ?? problemOf(backend, recording, homes);
  // Before anything is awaited: until the variables are home, nobody else may use them.
  const captured =
    problem === undefined
      ? new CapturedStep({
          ...closeCircle(backend, recording, homes, inputs.buffers, results),
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

/** Runs the step, and notes what it asks of the device. */
function recordStep<Outputs extends tf.TensorContainer>(
  backend: WebGpuBackend,
  step: () => Outputs,
  inputBuffers: ReadonlySet<GPUBuffer>,
  notResults: ReadonlySet<tf.Tensor>,
): { outputs: Outputs; recording: Recording; invalid: Promise<string | undefined> } {
  const { device } = backend;
  const noted = (): Promise<string | undefined> =>
    device.popErrorScope().then(
      (error) => error?.message,
      (error: unknown) => String(error),
    );
  device.pushErrorScope('validation');
  try {
    const { result: outputs, recording } = Recording.of(backend, inputBuffers, () => {
      const outputs = runStep(step);
      // What has stayed on the CPU would be uploaded later, unnoticed.
      for (const { dataId } of [...resultsOf(outputs, notResults), ...variables(backend)])
        backend.uploadToGPU(dataId);
      return outputs;
    });
    return { outputs, recording, invalid: noted() };
  } catch (error) {
    void noted();
    throw error;
  }
}

function runStep<Outputs extends tf.TensorContainer>(step: () => Outputs): Outputs {
  return tf.tidy(() => {
    const outputs = step();
    if (outputs instanceof Promise) throw refusal('it is asynchronous');
    // Also out of reach of a tidy around the capture.
    for (const tensor of tensorsIn(outputs)) tf.keep(tensor);
    return outputs;
  });
}

function tensorsIn(outputs: tf.TensorContainer): tf.Tensor[] {
  return tf.tensor_util.getTensorsInContainer(outputs);
}

/** The returned tensors that are the step's own. */
function resultsOf(outputs: tf.TensorContainer, notResults: ReadonlySet<tf.Tensor>): tf.Tensor[] {
  return tensorsIn(outputs).filter((tensor) => !(tensor instanceof tf.Variable || notResults.has(tensor)));
}

/** The variables that live on the device. */
function variables(backend: WebGpuBackend): tf.Variable[] {
  return Object.values(tf.engine().registeredVariables).filter(
    ({ dataId, dtype, size }) =>
      size > 0 && dtype !== 'string' && dtype !== 'complex64' && backend.tensorMap.has(dataId),
  );
}

/** What speaks against replaying a recorded step, seen from its end. */
function problemOf(
  backend: WebGpuBackend,
  recording: Recording,
  homes: readonly VariableHome[],
): string | undefined {
  if (recording.commands.length === 0) return 'it runs nothing on the GPU';
  const known = new Set(homes.map(({ variable }) => variable));
  const made = variables(backend).filter((variable) => !known.has(variable));
  if (made.length > 0) {
    const names = made.map(({ name }) => `"${name}"`).join(', ');
    return `it makes variables (${names}), so it must have run at least once before it is recorded`;
  }
  const disposed = homes.find(({ variable }) => variable.isDisposed);
  if (disposed) return `it disposes of the variable "${disposed.variable.name}"`;
  const left = new Set(homes.filter(({ isLeft }) => isLeft).map(({ buffer }) => buffer));
  for (const buffer of recording.released)
    if (!recording.acquired.has(buffer) && !left.has(buffer))
      return 'it disposes of a tensor made before it; what lasts from step to step must be in variables';
  return undefined;
}

/**
 * Makes of a recorded step one that ends where it began: every variable at home, with its new values. Done once now, and
 * by every replay.
 */
function closeCircle(
  backend: WebGpuBackend,
  recording: Recording,
  homes: readonly VariableHome[],
  inputBuffers: Iterable<GPUBuffer>,
  results: readonly tf.Tensor[],
): Pick<Capture<InputTensors, unknown>, 'commands' | 'homes' | 'held' | 'own' | 'constants'> {
  const own = new Set(recording.acquired);
  const closing = closingCopies(backend, homes, results, own);
  const held = recording.buffers();
  for (const { source, target } of closing.copies) held.add(source).add(target);
  for (const buffer of inputBuffers) held.add(buffer);
  const known = homes.filter(({ isLeft, buffer }) => isLeft || held.has(buffer));

  const holds = BufferHolds.of(backend);
  for (const buffer of held) holds.hold(buffer);
  // From here on tf.js takes them for released; they are, once the holds let go.
  recording.release();
  recording.release(closing.temporary);
  for (const home of known) home.giveOthersACopy();
  copyNow(backend.device, closing.copies);
  for (const home of known) if (!home.isOccupied()) home.settle();
  for (const { dataId } of results) readFresh(backend.tensorMap.get(dataId));

  return {
    commands: new CommandList([...recording.commands, ...closing.copies]),
    homes: known,
    held: [...held],
    own: [...held].filter((buffer) => own.has(buffer)),
    constants: recording.constants,
  };
}

/**
 * The copies at a step's end: assigned variables go home, and results that share a variable's buffer get one of their
 * own, with the value that the variable had or has.
 *
 * @param own is added the buffers that are acquired here
 */
function closingCopies(
  backend: WebGpuBackend,
  homes: readonly VariableHome[],
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

  const left = homes.filter(({ isLeft }) => isLeft);
  const rewritten = new Set(left.map(({ buffer }) => buffer));
  for (const { variable, buffer } of left) {
    let source = backend.tensorMap.get(variable.dataId).resource!;
    if (rewritten.has(source)) {
      // It was assigned another variable's old value, which that one's new value is about to replace.
      const saved = acquireLike(source);
      temporary.push(saved);
      before.push(wholeCopy(source, saved));
      source = saved;
    }
    moves.push(wholeCopy(source, buffer));
  }

  const homeBuffers = new Set(homes.map(({ buffer }) => buffer));
  for (const { dataId } of results) {
    const data = backend.tensorMap.get(dataId);
    const source = data.resource!;
    if (!homeBuffers.has(source)) continue;
    const copy = acquireLike(source);
    (rewritten.has(source) ? before : after).push(wholeCopy(source, copy));
    data.resource = copy;
  }
  return { copies: [...before, ...moves, ...after], temporary };
}
