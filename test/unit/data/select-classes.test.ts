import { describe, expect, it } from 'vitest';
import { selectClasses } from '../../../src/data/index.js';
import type { Dataset } from '../../../src/data/index.js';
import { refusalOf } from '../expect-refusal.js';

const dataset: Dataset = {
  images: Uint8Array.of(10, 11, 20, 21, 30, 31, 40, 41),
  labels: Uint8Array.of(3, 8, 0, 3),
  height: 1,
  width: 2,
  channels: 1,
  classes: 10,
  validation: { images: Uint8Array.of(50, 51, 60, 61), labels: Uint8Array.of(8, 0) },
};

describe('selectClasses', () => {
  it('keeps the images of the chosen classes, in their order', () => {
    const chosen = selectClasses(dataset, [3, 8]);
    expect(chosen.images).toEqual(Uint8Array.of(10, 11, 20, 21, 40, 41));
    expect(chosen.validation.images).toEqual(Uint8Array.of(50, 51));
  });

  it('numbers the labels from 0 in the order of the choice', () => {
    expect(selectClasses(dataset, [3, 8]).labels).toEqual(Uint8Array.of(0, 1, 0));
    expect(selectClasses(dataset, [8, 3]).labels).toEqual(Uint8Array.of(1, 0, 1));
    expect(selectClasses(dataset, [8, 3]).validation.labels).toEqual(Uint8Array.of(0));
  });

  it('returns as many classes as were chosen', () => {
    expect(selectClasses(dataset, [0, 3, 8]).classes).toBe(3);
  });

  it('leaves the given data set unchanged', () => {
    const before = structuredClone(dataset);
    selectClasses(dataset, [3, 8]);
    expect(dataset).toEqual(before);
  });

  it.each([
    ['an unknown class', [3, 10], '[3, 10]'],
    ['a negative class', [-1, 3], '[-1, 3]'],
    ['a fraction', [3, 7.5], '[3, 7.5]'],
    ['a class named twice', [3, 3], '[3, 3]'],
    ['a single class', [3], '[3]'],
    ['no class', [], '[]'],
  ])('refuses %s', (_, classes, received) => {
    expect(refusalOf(() => selectClasses(dataset, classes))).toMatchObject({
      code: 'invalid-classes',
      received,
      accepted: 'two or more different classes, each from 0 to 9',
    });
  });

  it('refuses classes that have no image', () => {
    expect(refusalOf(() => selectClasses(dataset, [1, 2]))).toMatchObject({
      code: 'empty-classes',
      received: '[1, 2]',
      accepted: 'classes with images: 0, 3, 8',
    });
  });
});
