/** Makes what a run needs from its config: the backend, the data and the network. */
import type { LayersModel } from '@tensorflow/tfjs-layers';

import type { CompleteConfig, Config } from '../config/index.js';
import { completeConfig } from '../config/index.js';
import type { Dataset, GrowingDataset } from '../data/index.js';
import { batchIndices } from '../data/index.js';
import type { BackendReport, Refusal, RequiredBackend } from '../gpu/index.js';
import { chooseBackend } from '../gpu/index.js';
import { badValue } from '../errors.js';
import type { DropoutClock, ModelArtifacts, NetworkShape } from '../models/index.js';
import { buildModel, copyGivenModel, modelArtifacts } from '../models/index.js';
import { tryModel } from './try-model.js';
import type { ImageSource } from './image-source.js';
import { imageSource } from './image-source.js';
import type { LoadOptions } from './dataset-cache.js';
import { DatasetCache } from './dataset-cache.js';
import type { Weight } from './network.js';
import { Network } from './network.js';
import { mostStepsPerSubmit } from './throughput.js';

/** A run's config, and what only a test or a port from PyTorch sets. */
export interface TrainerConfig extends Partial<Omit<Config, 'model'>> {
  model?: Config['model'] | ModelArtifacts;
  /** Weights to start from, by name, instead of the seed's. */
  initialWeights?: Readonly<Record<string, Weight>>;
  /** The image indices of each step, instead of the seeded order. */
  batches?: readonly (readonly number[])[];
  /** Whether updates are recorded and replayed, where they can be; true by default. The losses are the same. */
  capture?: boolean;
  /** How many updates share a submit, at most 8; by default as many as take about 60 ms, for which a pause waits. */
  stepsPerSubmit?: number;
}

/** What a preparation reports to its caller and takes from it. */
export interface PreparationHooks extends LoadOptions {
  onBackend?: (backend: BackendReport) => void;
  /** A backend that replaces the config's; where it is unavailable the preparation fails. */
  requiredBackend?: RequiredBackend;
  /** Backends that are not tried, and why. */
  avoidedBackends?: readonly Refusal[];
  /** Shares named data sets between runs. */
  datasets?: DatasetCache;
}

/** For runs without a cache of their own: each named data set is made once in a thread. */
const sharedDatasets = new DatasetCache();

/** What a run needs before its optimizer is made. */
export interface Preparation {
  config: CompleteConfig;
  backend: BackendReport;
  /** The name of the network that is trained, or `custom`. */
  modelName: string;
  data: Dataset;
  /** Makes what is missing of the data. */
  growing: GrowingDataset;
  network: Network;
  /** Decides the dropout masks of the network. */
  clock: DropoutClock;
  training: ImageSource;
  /** The validation images; those that are missing are made at the first call. */
  validation: () => ImageSource;
  /** Whether updates are to be recorded and replayed. */
  capture: boolean;
  /** How many updates share a submit, if the caller decides it. */
  stepsPerSubmit: number | undefined;
  /** The image indices of a step's batch. */
  batch: (step: number) => ArrayLike<number>;
  /** How many steps have a batch. */
  steps: number;
  /** Frees the network and the images. */
  dispose: () => void;
}

const isArtifacts = (model: TrainerConfig['model']): model is ModelArtifacts =>
  typeof model === 'object' && 'modelTopology' in model;

/**
 * Prepares a run.
 *
 * @throws InputError for a config that cannot be run, saying which value is wrong and what is accepted
 */
export async function prepare(given: TrainerConfig, hooks: PreparationHooks = {}): Promise<Preparation> {
  const { initialWeights, batches, capture = true, stepsPerSubmit, model: givenModel, ...rest } = given;
  const isWithin = (steps: number): boolean =>
    Number.isInteger(steps) && steps >= 1 && steps <= mostStepsPerSubmit;
  if (stepsPerSubmit !== undefined && !isWithin(stepsPerSubmit))
    throw badValue('stepsPerSubmit', String(stepsPerSubmit), `1 … ${mostStepsPerSubmit}`);
  const own = isArtifacts(givenModel) ? givenModel : undefined;
  const config = completeConfig({ ...rest, model: isArtifacts(givenModel) ? undefined : givenModel });

  hooks.onProgress?.({ stage: 'backend', done: 0, total: 0, unit: 'none' });
  const backend = await chooseBackend(config.backend, {
    required: hooks.requiredBackend,
    avoided: hooks.avoidedBackends,
  });
  hooks.onBackend?.(backend);
  hooks.signal?.throwIfAborted();

  const model = own ?? config.model ?? (backend.software ? 'tiny' : 'lenet');
  const name = typeof model === 'string' ? model : undefined;
  const growing = await (hooks.datasets ?? sharedDatasets).begin({ ...config, model: name }, hooks);
  const data = growing.dataset;
  const { seed, batchSize, stepsPerEpoch } = config;
  const count = data.labels.length;
  const batch = (step: number) =>
    batches ? givenBatch(batches, step) : batchIndices({ seed, step, batchSize, stepsPerEpoch, count });
  if (batches) checkBatches(batches, count);
  else batch(0);

  hooks.onProgress?.({ stage: 'model', done: 0, total: 0, unit: 'none' });
  const { height, width, channels, classes } = data;
  const shape = { height, width, channels, classes };
  const layers =
    typeof model === 'string' ? buildModel(model, { ...shape, seed }) : await copyOfGiven(model, shape);
  const clock: DropoutClock = { seed, step: 0 };
  const network = new Network(layers, classes, clock);
  const training = imageSource(data, shape, growing);
  const validation = imageSource(data.validation, shape);
  let isValidationMade = growing.isComplete;
  const dispose = () => {
    for (const owned of [network, training, validation]) owned.dispose();
  };
  try {
    hooks.signal?.throwIfAborted();
    if (initialWeights) network.setWeights(initialWeights);
  } catch (error) {
    dispose();
    throw error;
  }
  return {
    config,
    backend,
    modelName: name ?? 'custom',
    data,
    network,
    clock,
    training,
    growing,
    validation: () => {
      if (!isValidationMade) {
        growing.makeValidation();
        validation.refresh();
        isValidationMade = true;
      }
      return validation;
    },
    capture,
    stepsPerSubmit,
    batch,
    steps: batches?.length ?? Infinity,
    dispose,
  };
}

/** The lab's own copy of a given model, once another copy of it has been tried. */
async function copyOfGiven(model: LayersModel | ModelArtifacts, shape: NetworkShape): Promise<LayersModel> {
  const artifacts = isArtifacts(model) ? model : await modelArtifacts(model);
  tryModel(await copyGivenModel(artifacts, shape), shape);
  return copyGivenModel(artifacts, shape);
}

/**
 * Checks all batches before the first is used.
 *
 * @throws InputError `config-value` for a batch without images, or with an image that is not in the data
 */
function checkBatches(batches: readonly (readonly number[])[], count: number): void {
  const accepted = `images 0 … ${count - 1}, at least one`;
  const checked = new Set<readonly number[]>();
  for (const [step, batch] of batches.entries()) {
    if (checked.has(batch)) continue;
    checked.add(batch);
    if (batch.length === 0) throw badValue(`batches[${step}]`, '[]', accepted);
    const outside = batch.find((index) => !Number.isInteger(index) || index < 0 || index >= count);
    if (outside !== undefined) throw badValue(`batches[${step}]`, String(outside), accepted);
  }
}

function givenBatch(batches: readonly (readonly number[])[], step: number): readonly number[] {
  if (step < batches.length) return batches[step];
  throw new RangeError(`step ${step} has no batch: ${batches.length} were given.`);
}
