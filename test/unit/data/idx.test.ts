import { describe, expect, it } from 'vitest';
import { parseIdxImages, parseIdxLabels } from '../../../src/data/index.js';
import { refusalOf } from '../expect-refusal.js';
import { imagesFile, labelsFile } from './files.js';

describe('parseIdxImages', () => {
  it('reads the sizes and the pixels', () => {
    const { count, height, width, pixels } = parseIdxImages(imagesFile(4, 2, 3));
    expect({ count, height, width }).toEqual({ count: 4, height: 2, width: 3 });
    expect(pixels).toEqual(Uint8Array.from({ length: 24 }, (_, index) => index));
  });

  it('reads a file inside a larger buffer', () => {
    const file = imagesFile(1, 1, 2);
    const larger = new Uint8Array(file.length + 9);
    larger.set(file, 5);
    expect(parseIdxImages(larger.subarray(5, 5 + file.length)).pixels).toEqual(Uint8Array.of(0, 1));
  });

  it('refuses a label file by its magic number', () => {
    expect(refusalOf(() => parseIdxImages(labelsFile([1, 2]), 'labels.idx'))).toMatchObject({
      code: 'idx-magic',
      received: 'labels.idx: 0x00000801',
      accepted: '0x00000803 (images)',
    });
  });

  it('refuses an empty file', () => {
    expect(refusalOf(() => parseIdxImages(new Uint8Array()))).toMatchObject({
      code: 'idx-magic',
      received: 'The image file: no bytes',
    });
  });

  it('refuses a file that ends in its header', () => {
    expect(refusalOf(() => parseIdxImages(imagesFile(1).subarray(0, 15), 'x'))).toMatchObject({
      code: 'idx-truncated',
      received: 'x: 15 bytes',
      accepted: 'a header of 16 bytes',
    });
  });

  it('refuses a file that ends in its last image', () => {
    expect(refusalOf(() => parseIdxImages(imagesFile(2, 2, 3).subarray(0, 27), 'x'))).toMatchObject({
      code: 'idx-truncated',
      received: 'x: 27 bytes',
      accepted: '28 bytes (2×2×3 and a header of 16)',
    });
  });

  it('refuses bytes after the last image', () => {
    const longer = new Uint8Array(29);
    longer.set(imagesFile(2, 2, 3));
    expect(refusalOf(() => parseIdxImages(longer, 'x'))).toMatchObject({
      code: 'idx-extra',
      received: 'x: 29 bytes',
      accepted: '28 bytes (2×2×3 and a header of 16)',
    });
  });

  it('refuses a header that declares more than any file can hold', () => {
    const file = imagesFile(1);
    file.fill(0xff, 4, 16);
    expect(refusalOf(() => parseIdxImages(file))).toMatchObject({ code: 'idx-truncated' });
  });

  it('refuses a file without images', () => {
    expect(refusalOf(() => parseIdxImages(imagesFile(0, 28, 28), 'x'))).toMatchObject({
      code: 'idx-empty',
      received: 'x: 0×28×28',
    });
  });
});

describe('parseIdxLabels', () => {
  it('reads the labels', () => {
    expect(parseIdxLabels(labelsFile([7, 2, 1]))).toEqual({ count: 3, labels: Uint8Array.of(7, 2, 1) });
  });

  it('refuses an image file by its magic number', () => {
    expect(refusalOf(() => parseIdxLabels(imagesFile(1)))).toMatchObject({
      code: 'idx-magic',
      received: 'The label file: 0x00000803',
      accepted: '0x00000801 (labels)',
    });
  });

  it('refuses a truncated file', () => {
    expect(refusalOf(() => parseIdxLabels(labelsFile([7, 2, 1]).subarray(0, 10), 'x'))).toMatchObject({
      code: 'idx-truncated',
      received: 'x: 10 bytes',
      accepted: '11 bytes (3 and a header of 8)',
    });
  });
});
