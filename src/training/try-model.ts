/**
 * Tries a reader's own model before it trains: one batch forward and back, on the backend that the run uses. A layer that
 * this backend cannot compute, or through which no gradient passes, is then refused by its name.
 */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

import { InputError } from '../errors.js';
import type { NetworkShape } from '../models/index.js';
import { Network, variableOf } from './network.js';

/** A layer that was called, and what it was called with. */
interface LayerCall {
  readonly layer: tfl.layers.Layer;
  readonly inputs: readonly { shape: number[]; dtype: tf.DataType }[];
}

/**
 * Tries a model, and disposes of it: training changes what some layers hold.
 *
 * @throws InputError `model-layer` for a layer that cannot be computed, `model-gradient` for one through which no gradient
 * passes, `model-untrainable` for a model without a weight to train
 */
export function tryModel(model: tfl.LayersModel, { height, width, channels, classes }: NetworkShape): void {
  const calls: LayerCall[] = [];
  watchCalls(model, calls);
  const network = new Network(model, classes, { seed: 0, step: 0 });
  const { parameters } = network;
  try {
    if (parameters.length === 0) throw untrainable();
    const gradients = attempt(() => {
      const images = tf.zeros<tf.Rank.R4>([1, height, width, channels]);
      return network.differentiate({ images, labels: tf.tensor1d([0], 'int32') }, parameters).gradients;
    });
    if (gradients instanceof Error) throw faultOf(calls, gradients);
    if (gradients.includes(false)) throw faultOf(calls, new Error('a weight has no gradient'));
  } finally {
    network.dispose();
  }
}

/** Notes each layer as it is called, those of nested models too. */
function watchCalls(model: tfl.LayersModel, calls: LayerCall[]): void {
  for (const layer of model.layers) {
    if (layer instanceof tfl.LayersModel) {
      watchCalls(layer, calls);
      continue;
    }
    const call = layer.call.bind(layer);
    layer.call = (inputs, kwargs) => {
      const given = [inputs].flat().map(({ shape, dtype }) => ({ shape: [...shape], dtype }));
      calls.push({ layer, inputs: given });
      return call(inputs, kwargs);
    };
  }
}

/** Whether each gradient exists, or what the attempt to compute them failed with; leaves no tensor. */
function attempt(differentiate: () => readonly (tf.Tensor | null | undefined)[]): boolean[] | Error {
  try {
    return tf.tidy(() => differentiate().map((gradient) => gradient !== null && gradient !== undefined));
  } catch (error) {
    forgetTape();
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Frees what tf.js has saved for a way back that failed. */
function forgetTape(): void {
  const { state } = tf.engine() as unknown as {
    state: { activeTape: { saved?: (tf.Tensor | null)[] }[] | null };
  };
  for (const { saved = [] } of state.activeTape ?? []) tf.dispose(saved.filter((tensor) => tensor !== null));
  state.activeTape = null;
}

/** The last layer in the order of the calls that fails by itself, or else what the whole model failed with. */
function faultOf(calls: readonly LayerCall[], failure: Error): InputError {
  for (const call of calls.toReversed()) {
    const { layer } = call;
    const name = `${layer.getClassName()} "${layer.name}"`;
    const result = tryLayer(call);
    if (result instanceof Error) return layerRefusal('model-layer', name, result.message);
    if (result.includes(false)) return layerRefusal('model-gradient', name, 'no gradient passes through it');
  }
  return new InputError({
    code: 'model-unreadable',
    message: `the given model cannot be trained: ${failure.message}`,
    received: failure.message,
    accepted: accepted['model-layer'],
  });
}

/** Differentiates one layer with respect to its inputs and weights. */
function tryLayer({ layer, inputs }: LayerCall): boolean[] | Error {
  const given = inputs.map(({ shape, dtype }) =>
    tf.tidy(() => tf.variable(tf.zeros(shape, dtype), true, undefined, dtype)),
  );
  // Whole numbers, such as the indices of an embedding, have no gradient.
  const varied = given.filter(({ dtype }) => dtype === 'float32');
  try {
    return attempt(() => {
      const weights = layer.trainableWeights.map(variableOf);
      const all = [...varied, ...weights];
      const value = () => {
        const output = layer.call(given.length === 1 ? given[0] : given, { training: true });
        return tf.addN([output].flat().map((tensor) => tf.cast(tf.sum(tensor), 'float32')));
      };
      if (all.length === 0) return [];
      // Without a gradient at all, tf.variableGrads() throws.
      const { value: sum, grads } = tf.engine().gradients(value, all, undefined, true) as unknown as {
        value: tf.Tensor;
        grads: (tf.Tensor | undefined)[];
      };
      sum.dispose();
      return grads;
    });
  } finally {
    tf.dispose(given);
  }
}

const accepted = {
  'model-layer': 'layers that tf.js can compute and differentiate on this backend',
  'model-gradient': 'layers with a gradient, except before the first weight',
} as const;

const layerRefusal = (code: keyof typeof accepted, name: string, reason: string): InputError =>
  new InputError({
    code,
    message: `the given model's layer ${name} cannot be trained: ${reason}; accepted: ${accepted[code]}.`,
    received: code === 'model-layer' ? `${name}: ${reason}` : name,
    accepted: accepted[code],
  });

const untrainable = (): InputError =>
  new InputError({
    code: 'model-untrainable',
    message: 'the given model has no weight to train; accepted: at least one.',
    received: '0 weights',
    accepted: 'at least one trainable weight',
  });
