import type { Dataset } from './dataset.js';
import type { Progress } from './progress.js';

/** Callback, signal and pace of making a whole data set. */
export interface CompleteOptions {
  onProgress?: (progress: Progress) => void;
  signal?: AbortSignal;
  /** Images made before other tasks run. */
  atOnce?: number;
}

/** A data set whose images are made when they are needed; its labels are there from the beginning. */
export interface GrowingDataset {
  /** Its images are zeros until they are made. */
  readonly dataset: Dataset;
  /** Whether all images are there. */
  readonly isComplete: boolean;
  /** Makes a training image, unless it is there. */
  make(index: number): void;
  /** Makes the first validation images, all by default, where they are missing. */
  makeValidation(count?: number): void;
  /** Makes all that is missing. */
  complete(options?: CompleteOptions): Promise<void>;
}

/** A data set that has grown already. */
export const grown = (dataset: Dataset): GrowingDataset => ({
  dataset,
  isComplete: true,
  make: () => undefined,
  makeValidation: () => undefined,
  complete: () => Promise.resolve(),
});
