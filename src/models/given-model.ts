/**
 * Prepares a reader's own tf.LayersModel for a lab: it is copied (the run changes the copy), its dropout is replaced by
 * the seeded one, a final softmax moves into the loss, and a model that cannot be replayed is refused.
 */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

import { InputError } from '../errors.js';
import type { ModelArtifacts } from './model-artifacts.js';
import type { DropoutClock } from './seeded-dropout.js';
import { SeededDropout } from './seeded-dropout.js';
import type { NetworkShape } from './zoo.js';

/** A layer in a serialized topology. */
interface LayerRecord {
  class_name: string;
  config: Record<string, unknown> & { layers?: LayerRecord[] };
}

/** Layers that draw from tf.js's global generator: a run with them cannot be replayed. */
const unrepeatable = new Set([
  'GaussianNoise',
  'GaussianDropout',
  'AlphaDropout',
  'SpatialDropout1D',
  'RandomHeight',
  'RandomWidth',
]);

const isLayerRecord = (value: unknown): value is LayerRecord =>
  typeof value === 'object' && value !== null && 'class_name' in value && 'config' in value;

/** What is accepted in place of a refused layer. */
const accepted = {
  'model-layer': "tf.js's own layers",
  'model-noise': 'layers without randomness, and Dropout without a noise shape',
  'model-penalty': "layers without regularizers and constraints, and the optimizer's weightDecay",
} as const;

function refuse(layer: LayerRecord, code: keyof typeof accepted, reason: string): never {
  const received = `${layer.class_name} "${String(layer.config.name)}"`;
  throw new InputError({
    code,
    message: `the given model's layer ${received} cannot be used: ${reason}; accepted: ${accepted[code]}.`,
    received,
    accepted: accepted[code],
  });
}

/** Every layer of a topology, nested models, wrapped layers and cells included, in the order of the file. */
function* layersOf({ config }: LayerRecord): Generator<LayerRecord> {
  const { layers = [], layer, cell, cells } = config;
  for (const inner of [...layers, layer, cell, ...(Array.isArray(cells) ? (cells as unknown[]) : [])]) {
    if (!isLayerRecord(inner)) continue;
    yield inner;
    yield* layersOf(inner);
  }
}

/** Of what a config asks for beside the loss of the logits, and that no step would compute. */
const ignored = /(regularizer|constraint)$/i;

/** The classes from which tf.js can rebuild a layer: its own, and those that this thread has registered. */
const knownClasses = () => tf.serialization.SerializationMap.getMap().classNameMap;

function checkLayer(layer: LayerRecord): void {
  const { class_name: name, config } = layer;
  if (!Object.hasOwn(knownClasses(), name)) refuse(layer, 'model-layer', 'tf.js has no such layer');
  const penalty = Object.keys(config).find((key) => ignored.test(key) && config[key]);
  if (penalty !== undefined) refuse(layer, 'model-penalty', `its ${penalty} would not be applied`);
  if (unrepeatable.has(name)) refuse(layer, 'model-noise', 'its noise has no seed');
  if (config.dropout || config.recurrent_dropout || config.recurrentDropout)
    refuse(layer, 'model-noise', 'dropout inside another layer has no seed');
  if (name === 'Dropout' && (config.noise_shape ?? config.noiseShape))
    refuse(layer, 'model-noise', 'its dropout has a noise shape');
}

function replaceDropout(topology: LayerRecord): void {
  let dropouts = 0;
  for (const layer of layersOf(topology)) {
    checkLayer(layer);
    if (layer.class_name !== 'Dropout') continue;
    layer.class_name = SeededDropout.className;
    layer.config = { ...layer.config, layer: dropouts++ };
  }
}

/** The loss takes logits: a softmax at the very end becomes the identity. */
function dropFinalSoftmax(topology: LayerRecord): void {
  const last = topology.config.layers?.at(-1);
  if (!last) return;
  if (last.class_name === 'Softmax') {
    last.class_name = 'Activation';
    last.config = { name: last.config.name, activation: 'linear' };
  } else if (last.config.activation === 'softmax') {
    last.config.activation = 'linear';
  }
}

/**
 * Builds the lab's own copy of a given model.
 *
 * @throws InputError `model-layer`, `model-noise` and `model-penalty` for a layer that is unknown, cannot be replayed, or
 * asks for what no step computes; `model-input` and `model-output` if the model does not fit the images or the number of
 * classes, `model-unreadable` if tf.js cannot rebuild it
 */
export async function copyGivenModel(
  artifacts: ModelArtifacts,
  { height, width, channels, classes }: NetworkShape,
): Promise<tfl.LayersModel> {
  const topology = structuredClone(artifacts.modelTopology) as LayerRecord & { model_config?: LayerRecord };
  const architecture = topology.model_config ?? topology;
  replaceDropout(architecture);
  dropFinalSoftmax(architecture);

  let model: tfl.LayersModel;
  try {
    model = await tfl.loadLayersModel(
      tf.io.fromMemory({ ...artifacts, modelTopology: topology, trainingConfig: undefined }),
    );
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new InputError({
      code: 'model-unreadable',
      message: `tf.js cannot rebuild the given model: ${message}`,
      received: message,
      accepted: "a tf.LayersModel of tf.js's own layers",
    });
  }

  const check = (code: string, part: string, tensors: tfl.SymbolicTensor[], wanted: (number | null)[]) => {
    const shapes = tensors.map(({ shape }) => shape);
    // A model may leave a size open (null).
    const fits =
      shapes.length === 1 &&
      shapes[0].length === wanted.length &&
      wanted.every((size, axis) => axis === 0 || shapes[0][axis] === size || shapes[0][axis] === null);
    if (fits) return;
    model.dispose();
    const received = shapes.map((shape) => JSON.stringify(shape)).join(', ');
    const needed = JSON.stringify(wanted);
    throw new InputError({
      code,
      message: `the given model's ${part} has shape ${received}; this data needs ${needed}.`,
      received,
      accepted: needed,
    });
  };
  check('model-input', 'input', model.inputs, [null, height, width, channels]);
  check('model-output', 'output', model.outputs, [null, classes]);
  return model;
}

/** Gives a run's clock to the dropout layers of a model, also in nested models and wrappers. */
export function followClock(model: tfl.LayersModel, clock: DropoutClock): void {
  for (const layer of model.layers) {
    followLayer(layer, clock);
  }
}

function followLayer(layer: tfl.layers.Layer, clock: DropoutClock): void {
  if (layer instanceof SeededDropout) layer.follow(clock);
  else if (layer instanceof tfl.LayersModel) followClock(layer, clock);
  // A wrapper, such as TimeDistributed.
  else if ('layer' in layer && layer.layer instanceof tfl.layers.Layer) followLayer(layer.layer, clock);
}
