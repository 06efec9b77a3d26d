import { describe, expect, it } from 'vitest';
import { validateDataset } from '../../../src/data/index.js';
import { refusalOf } from '../expect-refusal.js';

const good = () => ({
  images: new Uint8Array(3 * 2 * 2),
  labels: Uint8Array.of(0, 1, 2),
  height: 2,
  width: 2,
  channels: 1,
  classes: 3,
  validation: { images: new Uint8Array(4), labels: Uint8Array.of(2) },
});

describe('validateDataset', () => {
  it('returns a data set whose fields agree', () => {
    const dataset = good();
    expect(validateDataset(dataset)).toEqual(dataset);
  });

  const cases: [name: string, value: unknown, received: string, accepted: string][] = [
    ['no object', 'digits', 'dataset = "digits"', 'an object'],
    ['null', null, 'dataset = null', 'an object'],
    ['a height of zero', { ...good(), height: 0 }, 'height = 0', 'a whole number from 1'],
    ['a width given as text', { ...good(), width: '2' }, 'width = "2"', 'a whole number from 1'],
    ['no channels', { ...good(), channels: undefined }, 'channels = undefined', 'a whole number from 1'],
    ['a single class', { ...good(), classes: 1 }, 'classes = 1', 'a whole number from 2 to 256'],
    [
      'more classes than a byte names',
      { ...good(), classes: 257 },
      'classes = 257',
      'a whole number from 2 to 256',
    ],
    ['images in a plain array', { ...good(), images: [0] }, 'images = an array', 'a Uint8Array'],
    [
      'images as floats',
      { ...good(), images: new Float32Array(12) },
      'images = Float32Array',
      'a Uint8Array',
    ],
    ['no labels', { ...good(), labels: undefined }, 'labels = undefined', 'a Uint8Array'],
    ['no image at all', { ...good(), labels: new Uint8Array() }, 'labels = no label', 'at least one label'],
    [
      'too few pixels',
      { ...good(), images: new Uint8Array(11) },
      'images = 11 bytes',
      '12 bytes: 3 (labels) × 2 (height) × 2 (width) × 1 (channels)',
    ],
    ['a label beyond the classes', { ...good(), labels: Uint8Array.of(0, 3, 1) }, 'labels[1] = 3', '0 to 2'],
    ['no validation set', { ...good(), validation: undefined }, 'validation = undefined', 'an object'],
    [
      'a validation label beyond the classes',
      { ...good(), validation: { images: new Uint8Array(4), labels: Uint8Array.of(9) } },
      'validation.labels[0] = 9',
      '0 to 2',
    ],
  ];

  it.each(cases)(
    'refuses %s, with the field, the value and what is accepted',
    (_, value, received, accepted) => {
      expect(refusalOf(() => validateDataset(value))).toMatchObject({
        code: 'invalid-dataset',
        received,
        accepted,
      });
    },
  );

  it('puts the field, the value and what is accepted into one sentence', () => {
    expect(() => validateDataset({ ...good(), height: -1 })).toThrow(
      'Data set: height is -1; accepted: a whole number from 1.',
    );
  });

  it('describes an object without a prototype', () => {
    const bare: unknown = Object.create(null);
    expect(refusalOf(() => validateDataset({ ...good(), images: bare }))).toMatchObject({
      received: 'images = Object',
    });
  });
});
