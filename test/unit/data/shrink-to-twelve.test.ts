import { describe, expect, it } from 'vitest';
import { shrinkToTwelve } from '../../../src/data/index.js';
import type { Dataset } from '../../../src/data/index.js';
import { refusalOf } from '../expect-refusal.js';

function blank(count: number, channels = 1): Dataset {
  const part = () => ({ images: new Uint8Array(count * 28 * 28 * channels), labels: new Uint8Array(count) });
  return { ...part(), height: 28, width: 28, channels, classes: 10, validation: part() };
}

describe('shrinkToTwelve', () => {
  it('makes 12×12 images from 28×28 ones', () => {
    const small = shrinkToTwelve(blank(3));
    expect([small.height, small.width, small.images.length]).toEqual([12, 12, 3 * 144]);
    expect(small.validation.images.length).toBe(3 * 144);
  });

  it('takes the mean of each 2×2 block of the central 24×24, rounded to the nearest byte', () => {
    const dataset = blank(2);
    const second = 28 * 28;
    dataset.images.set([10, 20], second + 4 * 28 + 6);
    dataset.images.set([30, 41], second + 5 * 28 + 6);
    const small = shrinkToTwelve(dataset);
    const expected = new Uint8Array(2 * 144);
    expected[144 + 12 + 2] = 25;
    expect(small.images).toEqual(expected);
  });

  it('drops the outer two pixels', () => {
    const dataset = blank(1);
    for (let pixel = 0; pixel < 28; pixel++) {
      for (const edge of [0, 1, 26, 27]) {
        dataset.images[edge * 28 + pixel] = 255;
        dataset.images[pixel * 28 + edge] = 255;
      }
    }
    expect(shrinkToTwelve(dataset).images.every((pixel) => pixel === 0)).toBe(true);
  });

  it('keeps a white image white', () => {
    const dataset = blank(1);
    dataset.validation.images.fill(255);
    expect(shrinkToTwelve(dataset).validation.images.every((pixel) => pixel === 255)).toBe(true);
  });

  it('keeps the channels apart', () => {
    const dataset = blank(1, 3);
    for (let pixel = 0; pixel < 28 * 28; pixel++) dataset.images.set([1, 2, 3], 3 * pixel);
    expect(shrinkToTwelve(dataset).images).toEqual(
      Uint8Array.from({ length: 432 }, (_, index) => (index % 3) + 1),
    );
  });

  it('refuses images of another size', () => {
    expect(refusalOf(() => shrinkToTwelve({ ...blank(1), height: 32, width: 32 }))).toMatchObject({
      code: 'image-size',
      received: '32×32',
      accepted: '28×28',
    });
  });
});
