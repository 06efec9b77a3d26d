/**
 * Updates all parameters in one dispatch, on WebGPU. Weights, gradients and state lie end to end in flat buffers, each
 * parameter at the start of a block of 256 floats, so that a workgroup belongs to one parameter and reads that
 * parameter's coefficients from a buffer. Learning rate, betas, corrections and flags are data there; the shader is the
 * same for all their values.
 *
 * An update copies gradients and weights in, dispatches, and copies the weights out into the variables' own buffers,
 * which stay the same. Weights are copied in every time, although the flat ones are mostly equal already: this way every
 * change of a variable between two updates counts without a notice, and the commands are the same at every step. The
 * copy is small beside what the rule reads and writes.
 */
import * as tf from '@tensorflow/tfjs-core';

import type { Program, TensorData, WebGpuBackend } from '../gpu/index.js';
import {
  bufferOf,
  copy,
  dispatch,
  mostWorkgroups,
  readFresh,
  submitPending,
  webGpuBackend,
  write,
} from '../gpu/index.js';
import type { Gradients, OptimizerGroup, Parameter } from './parameter.js';
import type { Rule } from './rules/rule.js';
import type { SlotValues, ParameterUpdate, ParameterUpdater } from './parameter-updater.js';
import { updateOf } from './parameter-updater.js';

/** Threads in a workgroup. */
const threads = 64;

/** Floats in a block: four for each thread of a workgroup. */
const blockSize = 4 * threads;

const bytesPerFloat = 4;

/** The coefficients of updates, parameter by parameter, in the shader's layout. */
export function flatCoefficients(updates: readonly ParameterUpdate[]): Float32Array<ArrayBuffer> {
  let values: number[] = [];
  let flat: Float32Array<ArrayBuffer> | undefined;
  updates.forEach(({ coefficients }, index) => {
    if (coefficients !== updates[index - 1]?.coefficients) values = Object.values(coefficients);
    flat ??= new Float32Array(updates.length * values.length);
    flat.set(values, index * values.length);
  });
  return flat ?? new Float32Array();
}

/** Updates the parameters of one optimizer together. It owns its tensors; callers read them, and write `coefficients`. */
export class FusedUpdater implements ParameterUpdater {
  /** The coefficients of the next update, `[parameters, coefficients]`, as `Optimizer.coefficients()` returns them. */
  readonly coefficients: tf.Tensor;
  /** The learning rate and the momentum (β₁ for Adam) that the last update read, for each param group, `[groups, 2]`. */
  readonly used: tf.Tensor;
  /** All weights after the last update; 0 between parameters. */
  readonly flatWeights: tf.Tensor;
  /** All gradients of the last update, a missing one unchanged; 0 between parameters. */
  readonly flatGradients: tf.Tensor;
  /** The start of each parameter in the flat tensors, in floats: a multiple of 256. */
  readonly offsets: readonly number[];

  private readonly backend: WebGpuBackend;
  private readonly rule: Rule;
  private readonly parameters: readonly Parameter[];
  /** For each block, as int32: its parameter, its floats, and the group whose used rate it reports, or -1. */
  private readonly blocks: tf.Tensor;
  /** The state tensors, in the layout of the weights. */
  private readonly states: ReadonlyMap<string, tf.Tensor>;
  private readonly program: Program;
  /** Data that is always read from the device; see `readFresh`. */
  private readonly fresh = new WeakSet<TensorData>();

  /** Whether the device can bind flat buffers of these parameters. */
  static fits(parameters: readonly Parameter[]): boolean {
    const { maxStorageBufferBindingSize } = webGpuBackend().device.limits;
    const blocks = parameters.reduce((sum, { variable }) => sum + Math.ceil(variable.size / blockSize), 0);
    return blocks * blockSize * bytesPerFloat <= maxStorageBufferBindingSize;
  }

  /** @throws Error when tf.js does not compute on WebGPU */
  constructor(rule: Rule, groups: readonly OptimizerGroup[]) {
    this.backend = webGpuBackend();
    this.rule = rule;
    this.parameters = groups.flatMap(({ parameters }) => parameters);
    const blocks = describeBlocks(groups);
    this.offsets = this.parameters.map(
      (_, index) => blockSize * blocks.findIndex(({ parameter }) => parameter === index),
    );
    const { coefficients } = updateOf(rule, groups[0], { step: 1, begun: new Set() }, true);
    const names = Object.keys(coefficients);
    this.program = {
      label: `${rule.type} update`,
      code: shader(rule, names),
      workgroups: [Math.min(blocks.length, mostWorkgroups), Math.ceil(blocks.length / mostWorkgroups)],
    };

    const length = blocks.length * blockSize;
    this.flatWeights = this.resident(new Float32Array(length));
    this.flatGradients = this.resident(new Float32Array(length));
    // Every state that the rule can use, so that an option can be turned on at any step of a recorded run.
    this.states = new Map(
      rule.slots.map((slot) => [slot, this.resident(new Float32Array(length).fill(rule.initialValue ?? 0))]),
    );
    this.coefficients = this.resident(new Float32Array(this.parameters.length * names.length), names.length);
    this.used = this.resident(new Float32Array(groups.length * 2), 2);
    this.blocks = this.resident(
      Int32Array.from(blocks.flatMap(({ parameter, floats, group }) => [parameter, floats, group])),
      3,
    );
    // Some uploads are commands; a pending one would overwrite later direct writes.
    submitPending(this.backend);
  }

  step(updates: readonly ParameterUpdate[], gradients: Gradients): void {
    const { backend, coefficients } = this;
    // A write overtakes pending commands, and those of the previous step still need their coefficients.
    if (backend.commandQueueOwnedIds.has(coefficients.dataId)) submitPending(backend);
    write(backend, coefficients, flatCoefficients(updates));
    this.update(gradients);
  }

  /**
   * Issues the commands of an update and nothing else: one dispatch and copies, the same at every step. `coefficients`
   * decides the result; it must have `present: 0` for a parameter whose gradient is `null`.
   */
  update(gradients: Gradients): void {
    const { backend, flatWeights, flatGradients } = this;
    const copies = this.parameters.map(({ variable }, index) => ({
      variable,
      gradient: gradients[index],
      offset: this.offsets[index] * bytesPerFloat,
      bytes: variable.size * bytesPerFloat,
    }));
    for (const { variable, gradient, offset, bytes } of copies) {
      copy(backend, { tensor: variable }, { tensor: flatWeights, offset }, bytes);
      if (gradient) copy(backend, { tensor: gradient }, { tensor: flatGradients, offset }, bytes);
    }
    dispatch(backend, this.program, [
      flatWeights,
      flatGradients,
      this.coefficients,
      this.blocks,
      this.used,
      ...this.states.values(),
    ]);
    for (const { variable, gradient, offset, bytes } of copies) {
      if (gradient)
        copy(backend, { tensor: flatWeights, offset }, { tensor: this.unshared(variable) }, bytes);
    }
  }

  async read(names: readonly Iterable<string>[]): Promise<SlotValues[]> {
    const flat = new Map(
      await Promise.all(
        Array.from(this.states, async ([slot, tensor]) => [slot, await tensor.data<'float32'>()] as const),
      ),
    );
    return this.parameters.map(({ variable }, index) => {
      const start = this.offsets[index];
      const values = Array.from(names[index], (name) => [
        name,
        flat.get(name)?.slice(start, start + variable.size),
      ]);
      return Object.fromEntries(values) as SlotValues;
    });
  }

  write(values: readonly SlotValues[]): void {
    submitPending(this.backend);
    for (const [slot, tensor] of this.states) {
      const flat = new Float32Array(tensor.size).fill(this.rule.initialValue ?? 0);
      for (const [index, offset] of this.offsets.entries()) flat.set(values[index][slot] ?? [], offset);
      write(this.backend, tensor, flat);
    }
  }

  dispose(): void {
    const { coefficients, used, flatWeights, flatGradients, blocks, states } = this;
    tf.dispose([coefficients, used, flatWeights, flatGradients, blocks, ...states.values()]);
  }

  /** A new tensor on the device, two-dimensional where the number of columns is given. */
  private resident(values: Float32Array | Int32Array, columns?: number): tf.Tensor {
    const shape = columns === undefined ? [values.length] : [values.length / columns, columns];
    const tensor = tf.keep(tf.tensor(values, shape, values instanceof Int32Array ? 'int32' : 'float32'));
    this.moveToDevice(tensor);
    return tensor;
  }

  /**
   * The variable, alone in its buffer, so that it can be written in place. Where a `clone()` shares the data, the clone
   * keeps it and the variable gets a buffer that the update fills.
   */
  private unshared(variable: tf.Variable): tf.Variable {
    const { backend } = this;
    if (backend.tensorMap.get(variable.dataId).refCount > 1) {
      const info = backend.makeTensorInfo(variable.shape, variable.dtype);
      const empty = tf.engine().makeTensorFromTensorInfo(info);
      variable.assign(empty);
      empty.dispose();
    }
    this.moveToDevice(variable);
    return variable;
  }

  /** Moves a tensor to the device; from now on it is read from there only. */
  private moveToDevice(tensor: tf.Tensor): void {
    const data = this.backend.tensorMap.get(tensor.dataId);
    if (this.fresh.has(data)) return;
    bufferOf(this.backend, tensor);
    readFresh(data);
    this.fresh.add(data);
  }
}

interface Block {
  parameter: number;
  floats: number;
  group: number;
}

/** The blocks of all parameters; the first block of each group reports what its update read. */
function describeBlocks(groups: readonly OptimizerGroup[]): Block[] {
  const blocks: Block[] = [];
  let parameter = 0;
  for (const [group, { parameters }] of groups.entries()) {
    let reports = group;
    for (const { variable } of parameters) {
      for (let start = 0; start < variable.size; start += blockSize) {
        blocks.push({ parameter, floats: Math.min(blockSize, variable.size - start), group: reports });
        reports = -1;
      }
      parameter++;
    }
  }
  return blocks;
}

/** The shader of a rule; its bindings are those of the dispatch in {@link FusedUpdater.update}. */
function shader({ slots, wgsl }: Rule, names: readonly string[]): string {
  const states = slots.map(
    (slot, index) => `@group(0) @binding(${5 + index}) var<storage, read_write> ${slot}: array<vec4f>;`,
  );
  return `
struct Coefficients { ${names.map((name) => `${name}: f32`).join(', ')} }
struct Block { parameter: i32, floats: i32, group: i32 }

@group(0) @binding(0) var<storage, read_write> weights: array<vec4f>;
@group(0) @binding(1) var<storage, read> gradients: array<vec4f>;
@group(0) @binding(2) var<storage, read> all_coefficients: array<Coefficients>;
@group(0) @binding(3) var<storage, read> blocks: array<Block>;
@group(0) @binding(4) var<storage, read_write> used: array<vec2f>;
${states.join('\n')}

@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let number = workgroup.x + workgroup.y * ${mostWorkgroups}u;
  if (number >= arrayLength(&blocks)) { return; }
  let block = blocks[number];
  let coefficients = all_coefficients[block.parameter];
  if (block.group >= 0 && lane == 0u) { used[block.group] = vec2f(coefficients.lr, coefficients.momentum); }

  let first = 4 * i32(lane);
  if (coefficients.present == 0.0 || first >= block.floats) { return; }
  let i = number * ${threads}u + lane;
  var weight = weights[i];
  var gradient = coefficients.sign * gradients[i];
  ${wgsl}
  let within = vec4i(first) + vec4i(0, 1, 2, 3) < vec4i(block.floats);
  weights[i] = select(vec4f(), weight, within);
}`;
}
