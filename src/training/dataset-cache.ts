import type { Config } from '../config/index.js';
import type { Dataset, GrowingDataset } from '../data/index.js';
import {
  cachedMnist,
  GrowingDigits,
  grown,
  selectClasses,
  shrinkToTwelve,
  shrinkWhenNeeded,
} from '../data/index.js';
import { InputError } from '../errors.js';

/** The progress of a lengthy preparation. */
export interface LoadProgress {
  stage: 'backend' | 'dataset' | 'model' | 'replay' | 'rangeTest';
  done: number;
  /** 0 if unknown. */
  total: number;
  unit: 'images' | 'bytes' | 'steps' | 'none';
}

/** Callback and signal of a preparation. */
export interface LoadOptions {
  onProgress?: (progress: LoadProgress) => void;
  signal?: AbortSignal;
}

/** Keeps the named data sets, at 28×28, so that a new run does not make them again. */
export class DatasetCache {
  private readonly digits = new GrowingDigits();
  private mnist?: Dataset;

  /** Keeps MNIST, downloaded or read from a reader's files. */
  keepMnist(dataset: Dataset): void {
    this.mnist = dataset;
  }

  /** Whether MNIST is available without a download: here, or in the browser's store. */
  async hasMnist(): Promise<boolean> {
    if (!this.mnist) {
      const kept = await cachedMnist();
      // A reader's files may have arrived meanwhile.
      this.mnist ??= kept;
    }
    return this.mnist !== undefined;
  }

  /**
   * The data of a run as in {@link load}, of which digits may be drawn when they are needed.
   *
   * @throws InputError as {@link load}
   */
  async begin(
    config: Pick<Config, 'dataset' | 'classes' | 'model'>,
    options: LoadOptions = {},
  ): Promise<GrowingDataset> {
    const { dataset, classes, model } = config;
    if (dataset !== 'digits' || classes || this.digits.isComplete)
      return grown(await this.load(config, options));
    return model === 'tiny' ? shrinkWhenNeeded(this.digits) : this.digits;
  }

  /**
   * The data of a run: the chosen classes, at the size that the model needs (`tiny` takes named data at 12×12).
   *
   * @throws InputError `mnist-absent` when MNIST has been neither downloaded nor read
   */
  async load(
    { dataset, classes, model }: Pick<Config, 'dataset' | 'classes' | 'model'>,
    options: LoadOptions = {},
  ): Promise<Dataset> {
    const whole = typeof dataset === 'string' ? await this.named(dataset, options) : dataset;
    const chosen = classes ? selectClasses(whole, classes) : whole;
    return typeof dataset === 'string' && model === 'tiny' ? shrinkToTwelve(chosen) : chosen;
  }

  private async named(name: 'digits' | 'mnist', { onProgress, signal }: LoadOptions): Promise<Dataset> {
    if (name === 'digits') {
      await this.digits.complete({
        signal,
        onProgress: ({ loaded, total }) =>
          onProgress?.({ stage: 'dataset', done: loaded, total, unit: 'images' }),
      });
      return this.digits.dataset;
    }
    if ((await this.hasMnist()) && this.mnist) return this.mnist;
    throw new InputError({
      code: 'mnist-absent',
      message: 'MNIST is not available yet: download it, or read it from its IDX files.',
      path: 'dataset',
      received: '"mnist"',
      accepted: '"digits", or MNIST once it is downloaded or its files are read',
    });
  }
}
