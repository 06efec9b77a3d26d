import { InputError } from '../errors.js';
import type { Dataset } from './dataset.js';
import { gunzip } from './gunzip.js';
import { idxKind, idxLength, parseIdxImages, parseIdxLabels, wrongMagic } from './idx.js';
import type { IdxImages, IdxLabels } from './idx.js';

/** A file from a reader or from the network: its name, and its bytes, gzipped or not. */
export interface NamedFile {
  name: string;
  bytes: Uint8Array;
}

/** The set that a file belongs to by its name, as in MNIST: `train-…` or `t10k-…`. */
type Role = 'training' | 'test';

interface IdxFile<Content> {
  name: string;
  role: Role | undefined;
  content: Content;
}

interface Pair {
  images: IdxFile<IdxImages>;
  labels: IdxFile<IdxLabels>;
}

/** The classes of MNIST. */
const digits = 10;

/** The classes of EMNIST's largest split: digits, capitals and small letters. */
const mostClasses = 62;

/** The share of a single pair of files that is used for training; the rest is for validation. */
const trainingShare = 0.9;

/**
 * A data set from IDX files, gzipped or not, in any order. Their content tells images from labels.
 *
 * Two pairs: the training pair trains and the test pair validates, by name (`train`; `t10k` or `test`) or
 * else by count: the larger one is for training. One pair: its first 90 % are for training, the rest for validation. MNIST's four files give
 * 60,000 and 10,000 images, its test pair alone 9,000 and 1,000.
 *
 * @param options `classes`: how many classes the labels may name. By default the labels decide: 10 for digits, 27 for
 *   EMNIST's letters, whose labels begin at 1, and at most 62.
 * @throws InputError as {@link gunzip}, {@link parseIdxImages} and {@link parseIdxLabels} do; `idx-partner` if a file of
 *   a pair is missing, `idx-duplicate` if one is there twice, `idx-pair` if it is unclear which files belong together,
 *   `idx-count` if the numbers of a pair differ, `idx-size` if the image sizes of the pairs differ, `idx-label` if a
 *   label is out of range.
 */
export async function datasetFromIdx(
  files: readonly NamedFile[],
  { classes }: { classes?: number } = {},
): Promise<Dataset> {
  const images: IdxFile<IdxImages>[] = [];
  const labels: IdxFile<IdxLabels>[] = [];
  for (const { name, bytes } of files) {
    const content = await gunzip(bytes, name, (start) => idxLength(start, name));
    const kind = idxKind(content);
    const role = roleOf(name);
    if (kind === 'images') images.push({ name, role, content: parseIdxImages(content, name) });
    else if (kind === 'labels') labels.push({ name, role, content: parseIdxLabels(content, name) });
    else throw wrongMagic(content, ['images', 'labels'], name);
  }
  const { training, test } = pairUp(images, labels);
  const named = classes ?? classesIn(labels);
  checkPair(training, named);
  if (test !== undefined) checkPair(test, named);
  return test === undefined ? splitOnePair(training, named) : joinTwoPairs(training, test, named);
}

/** How many classes the labels distinguish. */
function classesIn(files: readonly IdxFile<IdxLabels>[]): number {
  const highest = files.reduce((most, { content }) => content.labels.reduce(larger, most), 0);
  return Math.min(Math.max(digits, highest + 1), mostClasses);
}

const larger = (one: number, other: number): number => Math.max(one, other);

function roleOf(name: string): Role | undefined {
  const training = /train/i.test(name);
  const test = /t10k|test/i.test(name);
  return training === test ? undefined : training ? 'training' : 'test';
}

/** The one pair, or the training pair and the test pair. */
function pairUp(images: IdxFile<IdxImages>[], labels: IdxFile<IdxLabels>[]): { training: Pair; test?: Pair } {
  const firstImages = images.at(0);
  const secondImages = images.at(1);
  const firstLabels = labels.at(0);
  const secondLabels = labels.at(1);
  refuseDuplicates(images, 'image');
  refuseDuplicates(labels, 'label');
  if (firstImages === undefined || firstLabels === undefined || images.length !== labels.length) {
    throw missingPartner(images, labels);
  }
  if (secondImages === undefined || secondLabels === undefined) {
    if (
      firstImages.role !== undefined &&
      firstLabels.role !== undefined &&
      firstImages.role !== firstLabels.role
    ) {
      throw missingPartner(images, labels);
    }
    return { training: { images: firstImages, labels: firstLabels } };
  }
  const imagesInOrder = trainingFirst([firstImages, secondImages]);
  const labelsInOrder = trainingFirst([firstLabels, secondLabels]);
  return {
    training: { images: imagesInOrder[0], labels: labelsInOrder[0] },
    test: { images: imagesInOrder[1], labels: labelsInOrder[1] },
  };
}

function refuseDuplicates(files: IdxFile<{ count: number }>[], kind: 'image' | 'label'): void {
  const roles = files.flatMap(({ role }) => role ?? []);
  const isDuplicated = new Set(roles).size < roles.length;
  if (files.length <= 2 && !isDuplicated) return;
  const received = files.map(({ name }) => name).join(', ');
  throw new InputError({
    code: 'idx-duplicate',
    message: `There are ${files.length} ${kind} files for the same images: ${received}.`,
    received,
    accepted: `one ${kind} file for training and at most one for testing`,
  });
}

function missingPartner(images: IdxFile<IdxImages>[], labels: IdxFile<IdxLabels>[]): InputError {
  const all = [...images, ...labels];
  const received = all.map(({ name }) => name).join(', ') || 'no file';
  const accepted = 'an image file and its label file, or two such pairs';
  return new InputError({
    code: 'idx-partner',
    message: `A partner is missing among the IDX files: received ${received}; accepted: ${accepted}.`,
    received,
    accepted,
  });
}

/** Names decide; without them the larger file is for training. */
function trainingFirst<Content extends { count: number }>(
  files: [IdxFile<Content>, IdxFile<Content>],
): [IdxFile<Content>, IdxFile<Content>] {
  const [first, second] = files;
  const role =
    first.role ?? (second.role === undefined ? undefined : second.role === 'training' ? 'test' : 'training');
  if (role !== undefined) return role === 'training' ? [first, second] : [second, first];
  if (first.content.count !== second.content.count) {
    return first.content.count > second.content.count ? [first, second] : [second, first];
  }
  const received = `${first.name} and ${second.name}, ${first.content.count} each`;
  throw new InputError({
    code: 'idx-pair',
    message: `It is unclear which of ${received}, is for training; accepted: names with "train" and "test".`,
    received,
    accepted: 'names with "train" and "test", or different counts',
  });
}

function checkPair({ images, labels }: Pair, classes: number): void {
  if (images.content.count !== labels.content.count) {
    const received = `${images.name}: ${images.content.count} images; ${labels.name}: ${labels.content.count} labels`;
    throw new InputError({
      code: 'idx-count',
      message: `The files do not belong together (${received}).`,
      received,
      accepted: 'as many labels as images',
    });
  }
  const outside = labels.content.labels.findIndex((label) => label >= classes);
  if (outside >= 0) {
    const received = `label ${labels.content.labels[outside]} at position ${outside}`;
    throw new InputError({
      code: 'idx-label',
      message: `${labels.name} holds ${received}; accepted: 0 to ${classes - 1}.`,
      received: `${labels.name}: ${received}`,
      accepted: `0 to ${classes - 1}`,
    });
  }
}

function splitOnePair({ images, labels }: Pair, classes: number): Dataset {
  const { count, height, width, pixels } = images.content;
  const split = Math.floor(count * trainingShare);
  if (split === 0) {
    throw new InputError({
      code: 'idx-count',
      message: `${images.name} holds ${count} image; at least 2 are needed, to train and to validate.`,
      received: `${images.name}: ${count} image`,
      accepted: 'at least 2 images',
    });
  }
  const splitPixel = split * height * width;
  return {
    images: pixels.slice(0, splitPixel),
    labels: labels.content.labels.slice(0, split),
    height,
    width,
    channels: 1,
    classes,
    validation: { images: pixels.slice(splitPixel), labels: labels.content.labels.slice(split) },
  };
}

function joinTwoPairs(training: Pair, test: Pair, classes: number): Dataset {
  const { height, width } = training.images.content;
  if (test.images.content.height !== height || test.images.content.width !== width) {
    const received = `${test.images.name}: ${test.images.content.height}×${test.images.content.width}`;
    throw new InputError({
      code: 'idx-size',
      message: `Training images are ${height}×${width} pixels, but those of ${received}.`,
      received,
      accepted: `${height}×${width}`,
    });
  }
  return {
    images: training.images.content.pixels.slice(),
    labels: training.labels.content.labels.slice(),
    height,
    width,
    channels: 1,
    classes,
    validation: {
      images: test.images.content.pixels.slice(),
      labels: test.labels.content.labels.slice(),
    },
  };
}
