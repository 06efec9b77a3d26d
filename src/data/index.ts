/** Data sets: synthetic digits, MNIST, IDX files, and the seeded order of their batches. */
export { validateDataset } from './dataset.js';
export type { Dataset, LabelledImages } from './dataset.js';
export { checkClasses, selectClasses } from './select-classes.js';
export { shrinkToTwelve } from './shrink-to-twelve.js';
export { digitsDefaults, makeDigits } from './digits/make-digits.js';
export type { DigitsOptions } from './digits/make-digits.js';
export { gunzip } from './gunzip.js';
export { parseIdxImages, parseIdxLabels } from './idx.js';
export type { IdxImages, IdxLabels } from './idx.js';
export { datasetFromIdx } from './dataset-from-idx.js';
export type { NamedFile } from './dataset-from-idx.js';
export { cachedMnist, fetchMnist, mnistFiles } from './mnist.js';
export type { FetchMnistOptions, MnistFile, MnistSource } from './mnist.js';
export { browserFileStore } from './file-store.js';
export type { FileStore } from './file-store.js';
export { batchIndices, batchOrder } from './batch-order.js';
export type { BatchRequest } from './batch-order.js';
export type { Progress } from './progress.js';
