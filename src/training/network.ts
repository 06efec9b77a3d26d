/**
 * A network under training: its weights by name, the loss of a batch with the gradients, and its score on images.
 * The loss is the softmax cross-entropy of the logits, natural logarithm, mean over the batch.
 */
import * as tf from '@tensorflow/tfjs';

import type { LabelledImages } from '../data/index.js';
import { InputError } from '../errors.js';
import type { DropoutClock } from '../models/index.js';
import { followClock } from '../models/index.js';
import type { Gradients, Parameter } from '../optimizers/index.js';

/** A weight as plain data, in tf.js's layout. */
export interface Weight {
  shape: number[];
  values: ArrayLike<number>;
}

/** Rows, columns and channels of an image. */
export interface ImageShape {
  height: number;
  width: number;
  channels: number;
}

/** Pixel values 0 to 255 as the network sees them, 0 to 1. */
const intensity = Float32Array.from({ length: 256 }, (_, pixel) => pixel / 255);

/** Images scored at a time: large enough to be quick, small enough for any device's buffers. */
const scoredAtOnce = 250;

/** A tf.js layers model with what training needs around it; it owns the model. */
export class Network {
  readonly parameters: readonly Parameter[];
  private readonly model: tf.LayersModel;
  private readonly shape: ImageShape;
  private readonly classes: number;
  private readonly clock: DropoutClock;

  constructor(model: tf.LayersModel, shape: ImageShape, classes: number, seed: number) {
    this.model = model;
    this.shape = shape;
    this.classes = classes;
    this.clock = { seed, step: 0 };
    followClock(model, this.clock);
    this.parameters = model.trainableWeights.map((weight) => {
      const variable = weight.read();
      if (!(variable instanceof tf.Variable)) throw new Error(`the weight ${weight.name} is no tf.Variable.`);
      return { name: weight.originalName, variable };
    });
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

  /**
   * The loss of a batch and its gradients with respect to {@link parameters}; the caller disposes of both.
   *
   * @param indices the batch: which images of `data`
   * @param step decides the dropout masks
   */
  differentiate(
    data: LabelledImages,
    indices: ArrayLike<number>,
    step: number,
  ): { loss: tf.Scalar; gradients: Gradients } {
    this.clock.step = step;
    return tf.tidy(() => {
      const { images, labels } = this.upload(data, indices);
      const { value, grads } = tf.variableGrads(
        () => tf.losses.softmaxCrossEntropy(labels, this.logits(images, true)),
        this.parameters.map(({ variable }) => variable),
      );
      return { loss: value, gradients: this.parameters.map(({ variable }) => grads[variable.name]) };
    });
  }

  /** Mean loss and accuracy over all of `data`, without dropout. */
  async score(data: LabelledImages): Promise<{ loss: number; accuracy: number }> {
    const count = data.labels.length;
    const sums = tf.tidy(() => {
      const parts: tf.Tensor1D[] = [];
      for (let start = 0; start < count; start += scoredAtOnce) {
        const size = Math.min(scoredAtOnce, count - start);
        const { images, labels } = this.upload(
          data,
          Array.from({ length: size }, (_, index) => start + index),
        );
        const logits = this.logits(images, false);
        const loss = tf.losses.softmaxCrossEntropy(labels, logits).mul(size);
        const correct = logits.argMax(-1).equal(labels.argMax(-1)).sum().toFloat();
        parts.push(tf.stack([loss, correct]) as tf.Tensor1D);
      }
      return tf.addN(parts);
    });
    const [loss, correct] = await sums.data();
    sums.dispose();
    return { loss: loss / count, accuracy: correct / count };
  }

  dispose(): void {
    this.model.dispose();
  }

  private logits(images: tf.Tensor4D, training: boolean): tf.Tensor2D {
    return this.model.apply(images, { training }) as tf.Tensor2D;
  }

  private upload({ images, labels }: LabelledImages, indices: ArrayLike<number>) {
    const { height, width, channels } = this.shape;
    const size = height * width * channels;
    const pixels = new Float32Array(indices.length * size);
    const targets = new Float32Array(indices.length * this.classes);
    for (let row = 0; row < indices.length; row++) {
      const start = indices[row] * size;
      for (let offset = 0; offset < size; offset++)
        pixels[row * size + offset] = intensity[images[start + offset]];
      targets[row * this.classes + labels[indices[row]]] = 1;
    }
    return {
      images: tf.tensor4d(pixels, [indices.length, height, width, channels]),
      labels: tf.tensor2d(targets, [indices.length, this.classes]),
    };
  }
}
