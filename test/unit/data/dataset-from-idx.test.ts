import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { datasetFromIdx, makeDigits, validateDataset } from '../../../src/data/index.js';
import type { NamedFile } from '../../../src/data/index.js';
import { refusalOf } from '../expect-refusal.js';
import { fileOf, goldenFile, imagesFile, labelsFile, zipped } from './files.js';

const labels = (count: number) => labelsFile(Array.from({ length: count }, (_, index) => index % 10));
const pair = (prefix: string, count: number): NamedFile[] => [
  { name: `${prefix}-images-idx3-ubyte`, bytes: imagesFile(count) },
  { name: `${prefix}-labels-idx1-ubyte`, bytes: labels(count) },
];
const sizes = async (files: NamedFile[]) => {
  const dataset = await datasetFromIdx(files);
  return [dataset.labels.length, dataset.validation.labels.length];
};

describe('datasetFromIdx with two pairs', () => {
  it('trains on the pair named train and validates on the pair named t10k', async () => {
    expect(await sizes([...pair('t10k', 20), ...pair('train', 10)])).toEqual([10, 20]);
  });

  it('accepts the files in any order, gzipped or not', async () => {
    const [testImages, testLabels] = pair('t10k', 4);
    const [trainingImages, trainingLabels] = pair('train', 6);
    const files = [testLabels, trainingImages, trainingLabels, testImages];
    const plain = await datasetFromIdx(files);
    const compressed = await datasetFromIdx(
      files.map(({ name, bytes }, index) => ({ name, bytes: index % 2 === 0 ? zipped(bytes) : bytes })),
    );
    expect(plain.labels).toEqual(Uint8Array.of(0, 1, 2, 3, 4, 5));
    expect(compressed).toEqual(plain);
  });

  it('trains on the larger pair if the names do not decide', async () => {
    expect(await sizes([...pair('small', 4), ...pair('large', 9)])).toEqual([9, 4]);
  });

  it('assigns the other role to a pair whose name does not decide', async () => {
    expect(await sizes([...pair('digits', 30), ...pair('train', 10)])).toEqual([10, 30]);
  });

  it('returns a valid data set whose arrays have buffers of their own', async () => {
    const dataset = validateDataset(await datasetFromIdx([...pair('train', 10), ...pair('test', 4)]));
    expect(dataset).toMatchObject({ height: 2, width: 3, channels: 1, classes: 10 });
    expect(dataset.images.buffer.byteLength).toBe(60);
    expect(dataset.validation.images.buffer.byteLength).toBe(24);
  });

  it('refuses two pairs of equal size whose names do not decide', async () => {
    expect(await refusalOf(() => datasetFromIdx([...pair('a', 4), ...pair('b', 4)]))).toMatchObject({
      code: 'idx-pair',
      received: 'a-images-idx3-ubyte and b-images-idx3-ubyte, 4 each',
    });
  });

  it('refuses a test set of another image size', async () => {
    const [images, digits] = pair('test', 4);
    const files = [...pair('train', 10), { ...images, bytes: imagesFile(4, 3, 3) }, digits];
    expect(await refusalOf(() => datasetFromIdx(files))).toMatchObject({
      code: 'idx-size',
      received: 'test-images-idx3-ubyte: 3×3',
      accepted: '2×3',
    });
  });
});

describe('datasetFromIdx with one pair', () => {
  it('trains on the first 90 % and validates on the rest', async () => {
    const dataset = await datasetFromIdx(pair('t10k', 20));
    const pixels = Uint8Array.from({ length: 120 }, (_, index) => index);
    expect(dataset.images).toEqual(pixels.slice(0, 108));
    expect(dataset.validation.images).toEqual(pixels.slice(108));
    expect(dataset.validation.labels).toEqual(Uint8Array.of(8, 9));
  });

  it('reads the small pair in golden/, the first digits of makeDigits', async () => {
    const names = ['digits-images-idx3-ubyte.gz', 'digits-labels-idx1-ubyte.gz'];
    const dataset = await datasetFromIdx(names.map((name) => ({ name, bytes: goldenFile(name) })));
    const digits = await makeDigits({ training: 60, validation: 1 });
    expect([...dataset.images, ...dataset.validation.images]).toEqual([...digits.images]);
    expect([...dataset.labels, ...dataset.validation.labels]).toEqual([...digits.labels]);
  });

  const mnist = new URL('../../../../shared/data/mnist/', import.meta.url);
  it.skipIf(!existsSync(mnist))('splits the real MNIST test set into 9,000 and 1,000 images', async () => {
    const names = ['t10k-labels-idx1-ubyte.gz', 't10k-images-idx3-ubyte.gz'];
    const files = names.map((name) => ({ name, bytes: new Uint8Array(readFileSync(new URL(name, mnist))) }));
    const dataset = validateDataset(await datasetFromIdx(files));
    expect(dataset).toMatchObject({ height: 28, width: 28, classes: 10 });
    expect([dataset.labels.length, dataset.validation.labels.length]).toEqual([9000, 1000]);
    expect([...dataset.labels.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4]);
  });

  it('refuses a single image, which cannot both train and validate', async () => {
    expect(await refusalOf(() => datasetFromIdx(pair('x', 1)))).toMatchObject({
      code: 'idx-count',
      accepted: 'at least 2 images',
    });
  });

  it('refuses a different number of labels than images', async () => {
    const files = [
      { name: 'i', bytes: imagesFile(5) },
      { name: 'l', bytes: labels(6) },
    ];
    expect(await refusalOf(() => datasetFromIdx(files))).toMatchObject({
      code: 'idx-count',
      received: 'i: 5 images; l: 6 labels',
      accepted: 'as many labels as images',
    });
  });

  it('refuses a label out of range, with its position', async () => {
    const files = [
      { name: 'i', bytes: imagesFile(3) },
      { name: 'l', bytes: labelsFile([0, 9, 62]) },
    ];
    expect(await refusalOf(() => datasetFromIdx(files))).toMatchObject({
      code: 'idx-label',
      received: 'l: label 62 at position 2',
      accepted: '0 to 61',
    });
    expect(await refusalOf(() => datasetFromIdx(files, { classes: 10 }))).toMatchObject({
      code: 'idx-label',
      accepted: '0 to 9',
    });
  });

  it.each([
    ['digits, though some are missing', [1, 2, 3], 10],
    ['letters, whose labels begin at 1', [1, 2, 26], 27],
    ['letters, whose labels begin at 0', [0, 2, 25], 26],
  ])('takes the number of classes from the labels of %s', async (_, named, classes) => {
    const files = [
      { name: 'i', bytes: imagesFile(3) },
      { name: 'l', bytes: labelsFile(named) },
    ];
    expect((await datasetFromIdx(files)).classes).toBe(classes);
  });

  it('stops to decompress a file at its first bytes, or at its declared length', async () => {
    const read = vi.spyOn(ReadableStreamDefaultReader.prototype, 'read');
    const bombs = { 'idx-magic': [0, 0, 0, 0], 'idx-extra': [2049, 3], 'idx-large': [2051, 2 ** 24, 28, 28] };
    for (const [code, header] of Object.entries(bombs)) {
      read.mockClear();
      const bytes = zipped(fileOf(header, new Uint8Array(32 * 2 ** 20)));
      expect(await refusalOf(() => datasetFromIdx([{ name: 'bomb', bytes }]))).toMatchObject({ code });
      expect(read.mock.calls.length).toBeLessThan(10);
    }
  });

  it('accepts more classes if the caller allows them', async () => {
    const files = [
      { name: 'i', bytes: imagesFile(3) },
      { name: 'l', bytes: labelsFile([0, 9, 10]) },
    ];
    expect((await datasetFromIdx(files, { classes: 11 })).classes).toBe(11);
  });
});

describe('datasetFromIdx with files that do not make a data set', () => {
  it('refuses an empty list of files', async () => {
    expect(await refusalOf(() => datasetFromIdx([]))).toMatchObject({
      code: 'idx-partner',
      received: 'no file',
      accepted: 'an image file and its label file, or two such pairs',
    });
  });

  it('reports the missing labels of a single image file', async () => {
    expect(await refusalOf(() => datasetFromIdx(pair('t10k', 4).slice(0, 1)))).toMatchObject({
      code: 'idx-partner',
      received: 't10k-images-idx3-ubyte',
    });
  });

  it('reports a missing partner of three files', async () => {
    const files = [...pair('train', 10), ...pair('t10k', 4).slice(1)];
    expect(await refusalOf(() => datasetFromIdx(files))).toMatchObject({ code: 'idx-partner' });
  });

  it('reports a missing partner for images of one set and labels of the other', async () => {
    const files = [...pair('train', 4).slice(0, 1), ...pair('t10k', 4).slice(1)];
    expect(await refusalOf(() => datasetFromIdx(files))).toMatchObject({
      code: 'idx-partner',
      received: 'train-images-idx3-ubyte, t10k-labels-idx1-ubyte',
    });
  });

  it('refuses one file given twice, gzipped and not', async () => {
    const [images, digits] = pair('t10k', 4);
    const twice = { name: `${images.name}.gz`, bytes: zipped(images.bytes) };
    expect(await refusalOf(() => datasetFromIdx([images, twice, digits]))).toMatchObject({
      code: 'idx-duplicate',
      received: 't10k-images-idx3-ubyte, t10k-images-idx3-ubyte.gz',
    });
  });

  it('refuses a third image file', async () => {
    const files = [...pair('a', 4), ...pair('b', 5), ...pair('c', 6)];
    expect(await refusalOf(() => datasetFromIdx(files))).toMatchObject({ code: 'idx-duplicate' });
  });

  it('names a file that is not an IDX file, and its first bytes', async () => {
    const files = [
      ...pair('t10k', 4),
      { name: 'cat.png', bytes: Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d) },
    ];
    expect(await refusalOf(() => datasetFromIdx(files))).toMatchObject({
      code: 'idx-magic',
      received: 'cat.png: 0x89504e47',
      accepted: '0x00000803 (images) or 0x00000801 (labels)',
    });
  });
});
