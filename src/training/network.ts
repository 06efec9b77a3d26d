/**
 * A network under training: its weights by name, the loss of a batch with the gradients, and its score on images.
 * The loss is the softmax cross-entropy of the logits, natural logarithm, mean over the batch.
 */
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

import { InputError } from '../errors.js';
import { softmaxCrossEntropy } from '../gpu/index.js';
import type { DropoutClock, ModelArtifacts } from '../models/index.js';
import { followClock, modelArtifacts } from '../models/index.js';
import type { Gradients, Parameter } from '../optimizers/index.js';
import { logitsOf } from './forward.js';
import type { Batch, ImageSource } from './image-source.js';

/** A weight as plain data, in tf.js's layout. */
export interface Weight {
  shape: number[];
  values: ArrayLike<number>;
}

/** A weight as a checkpoint holds it: exact, with values of its own. */
export interface SavedWeight {
  shape: number[];
  values: Float32Array<ArrayBuffer>;
}

/** Images scored at a time: large enough to be quick, small enough for the buffers of small images. */
const scoredAtOnce = 250;

/** A tf.js layers model with what training needs; it owns the model. */
export class Network {
  readonly parameters: readonly Parameter[];
  private readonly model: tfl.LayersModel;
  private readonly classes: number;

  /** @param clock decides the dropout masks; its step is to be set before each update */
  constructor(model: tfl.LayersModel, classes: number, clock: DropoutClock) {
    this.model = model;
    this.classes = classes;
    followClock(model, clock);
    this.parameters = model.trainableWeights.map((weight) => ({
      name: weight.originalName,
      variable: variableOf(weight),
    }));
  }

  /**
   * Replaces weights by name.
   *
   * @throws InputError `weights` for an unknown name or a shape that differs
   */
  setWeights(weights: Readonly<Record<string, Weight>>): void {
    for (const [name, { shape, values }] of Object.entries(weights)) {
      const parameter = this.parameters.find((candidate) => candidate.name === name);
      const known = this.parameters
        .map(({ name, variable }) => `${name} [${variable.shape.join(', ')}]`)
        .join('; ');
      if (parameter?.variable.shape.join() !== shape.join()) {
        const received = `${name} [${shape.join(', ')}]`;
        throw new InputError({
          code: 'weights',
          message: `got the weight ${received}; this network has ${known}.`,
          path: 'initialWeights',
          received,
          accepted: known,
        });
      }
      tf.tidy(() => parameter.variable.assign(tf.tensor(Float32Array.from(values), shape)));
    }
  }

  /** All weights by name, read back from the device. */
  async weights(): Promise<Record<string, Weight>> {
    const entries = this.parameters.map(
      async ({ name, variable }) => [name, { shape: variable.shape, values: await variable.data() }] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  }

  /** The model with its weights, as tf.js saves it. */
  artifacts(): Promise<ModelArtifacts> {
    return modelArtifacts(this.model);
  }

  /** All weights as {@link planState} takes them, including untrained ones, at the time of the call. */
  async state(): Promise<Record<string, SavedWeight>> {
    const entries = Array.from(this.variables(), async ([name, variable]): Promise<[string, SavedWeight]> => {
      // A copy: what is read may be what tf.js itself computes with.
      const values = Float32Array.from(await variable.data());
      return [name, { shape: [...variable.shape], values }];
    });
    return Object.fromEntries(await Promise.all(entries));
  }

  /**
   * Checks weights that {@link state} returned.
   *
   * @returns a function that puts them in place
   * @throws InputError `weights` where one is missing, unknown, or of another shape
   */
  planState(saved: Readonly<Record<string, SavedWeight>>): () => void {
    const variables = this.variables();
    for (const name of Object.keys(saved))
      if (!variables.has(name)) throw otherWeight(name, 'present', 'absent');
    for (const [name, variable] of variables) {
      const { shape, values } = Object.hasOwn(saved, name) ? saved[name] : {};
      const found = shape && values ? `[${shape.join(', ')}], ${values.length} values` : 'absent';
      const wanted = `[${variable.shape.join(', ')}], ${variable.size} values`;
      if (found !== wanted) throw otherWeight(name, found, wanted);
    }
    return () => {
      for (const [name, variable] of variables) {
        const { shape, values } = saved[name];
        tf.tidy(() => variable.assign(tf.tensor(values.slice(), shape, variable.dtype)));
      }
    };
  }

  /**
   * The loss of a batch and its gradients with respect to `parameters`, in their order; `null` for one that the loss
   * does not depend on. Call it in a `tf.tidy`.
   */
  differentiate(
    { images, labels }: Batch,
    parameters: readonly Parameter[],
  ): { loss: tf.Scalar; gradients: Gradients } {
    const { value, grads } = tf.variableGrads(
      () => this.loss(this.logits(images, true), labels),
      parameters.map(({ variable }) => variable),
    );
    return { loss: value, gradients: parameters.map(({ variable }) => grads[variable.name]) };
  }

  /** The classes for which the network takes the first `count` images of the source, without dropout. */
  async answers(source: ImageSource, count: number): Promise<Int32Array<ArrayBuffer>> {
    const answers = tf.tidy(() => {
      const { images } = source.take(Int32Array.from({ length: count }, (_, index) => index));
      return tf.argMax(this.logits(images, false), -1);
    });
    try {
      return Int32Array.from(await answers.data());
    } finally {
      answers.dispose();
    }
  }

  /** Mean loss and accuracy over all images of the source, without dropout. */
  async score(source: ImageSource): Promise<{ loss: number; accuracy: number }> {
    const { count } = source;
    const sums = tf.tidy(() => {
      const parts: tf.Tensor1D[] = [];
      for (let start = 0; start < count; start += scoredAtOnce) {
        const size = Math.min(scoredAtOnce, count - start);
        const { images, labels } = source.take(
          Int32Array.from({ length: size }, (_, index) => start + index),
        );
        const logits = this.logits(images, false);
        const loss = tf.mul(this.loss(logits, labels), size);
        const correct = tf.cast(tf.sum(tf.equal(tf.argMax(logits, -1), labels)), 'float32');
        parts.push(tf.stack([loss, correct]) as tf.Tensor1D);
      }
      return tf.addN(parts);
    });
    try {
      const [loss, correct] = await sums.data();
      return { loss: loss / count, accuracy: correct / count };
    } finally {
      // Also when the device is lost during the read.
      sums.dispose();
    }
  }

  dispose(): void {
    const variables = [...this.variables().values()];
    this.model.dispose();
    // tf.js leaves those of nested models.
    tf.dispose(variables.filter(({ isDisposed }) => !isDisposed));
  }

  /** All weights by name, each name once, including those that are not trained. */
  private variables(): Map<string, tf.Variable> {
    const variables = new Map<string, tf.Variable>();
    for (const weight of this.model.weights) {
      let name = weight.originalName;
      // Layers of nested models may share their names.
      while (variables.has(name)) name += "'";
      variables.set(name, variableOf(weight));
    }
    return variables;
  }

  private logits(images: tf.Tensor4D, training: boolean): tf.Tensor2D {
    return logitsOf(this.model, images, training);
  }

  private loss(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar {
    if (tf.getBackend() === 'webgpu') return softmaxCrossEntropy(logits, labels);
    const targets = tf.cast(
      tf.equal(tf.expandDims(labels, 1), tf.range(0, this.classes, 1, 'int32')),
      'float32',
    );
    return tf.losses.softmaxCrossEntropy(targets, logits);
  }
}

const isVariable = (tensor: tf.Tensor): tensor is tf.Variable => tensor instanceof tf.Variable;

/** The variable that holds a weight. */
export function variableOf(weight: tfl.LayersModel['weights'][number]): tf.Variable {
  const variable = weight.read();
  if (isVariable(variable)) return variable;
  throw new Error(`the weight ${weight.name} is not a tf.Variable.`);
}

function otherWeight(name: string, received: string, accepted: string): InputError {
  return new InputError({
    code: 'weights',
    message: `the weight ${name} is ${received}; this network has it ${accepted}.`,
    path: name,
    received,
    accepted,
  });
}
