import { describe, expect, it } from 'vitest';
import {
  GrowingDigits,
  makeDigits,
  shrinkToTwelve,
  shrinkWhenNeeded,
  validateDataset,
} from '../../../src/data/index.js';
import type { Dataset, Progress } from '../../../src/data/index.js';
import { skeletons } from '../../../src/data/digits/skeletons.js';
import { refusalOf } from '../expect-refusal.js';

const size = 28 * 28;
const imageOf = (images: Uint8Array, index: number) => [...images.subarray(index * size, (index + 1) * size)];
const hash = (bytes: Uint8Array) =>
  bytes.reduce((sum, byte) => Math.imul(sum ^ byte, 16777619), 0x811c9dc5) >>> 0;
const few = await makeDigits({ training: 400, validation: 100 });

describe('makeDigits', () => {
  it('makes a valid data set of 28×28 grey images', () => {
    expect(validateDataset(few)).toMatchObject({ height: 28, width: 28, channels: 1, classes: 10 });
    expect([few.labels.length, few.validation.labels.length]).toEqual([400, 100]);
  });

  it('makes 6,000 and 1,000 images by default, equally many of each class', async () => {
    const { labels, validation } = await makeDigits();
    const counts = (part: Uint8Array) =>
      skeletons.map((_, digit) => part.filter((label) => label === digit).length);
    expect(counts(labels)).toEqual(Array(10).fill(600));
    expect(counts(validation.labels)).toEqual(Array(10).fill(100));
  });

  it('makes the recorded pixels on every machine', () => {
    expect([hash(few.images), hash(few.validation.images)]).toEqual([3846592321, 3807977893]);
  });

  it('makes the same images for the same seed and others for another', async () => {
    const one = await makeDigits({ training: 20, validation: 10, seed: 1 });
    expect(await makeDigits({ training: 20, validation: 10, seed: 1 })).toEqual(one);
    const other = await makeDigits({ training: 20, validation: 10, seed: 2 });
    for (let index = 0; index < 20; index++) {
      expect(imageOf(other.images, index)).not.toEqual(imageOf(one.images, index));
    }
  });

  it('makes the same image i for any number of images', async () => {
    const fewer = await makeDigits({ training: 30, validation: 5 });
    expect(fewer.images).toEqual(few.images.subarray(0, 30 * size));
    expect(fewer.validation.images).toEqual(few.validation.images.subarray(0, 5 * size));
  });

  it('never makes one image twice, in training or validation', () => {
    const all = [
      ...Array.from({ length: 400 }, (_, index) => imageOf(few.images, index).join()),
      ...Array.from({ length: 100 }, (_, index) => imageOf(few.validation.images, index).join()),
    ];
    expect(new Set(all).size).toBe(500);
  });

  it('makes only the chosen digits, labelled in the order of the choice', async () => {
    const chosen = await makeDigits({ training: 40, validation: 10, classes: [8, 3] });
    expect(chosen.classes).toBe(2);
    expect([...chosen.labels.subarray(0, 4)]).toEqual([0, 1, 0, 1]);
    expect(chosen.labels.filter((label) => label === 1)).toHaveLength(20);
    // Digit 3 is image 3 of all the digits, and image 3 of 8, 3, 8, 3.
    expect(imageOf(chosen.images, 3)).toEqual(imageOf(few.images, 3));
  });

  it('writes white on black, with saturated ink and an empty border', () => {
    for (let index = 0; index < 400; index++) {
      const image = imageOf(few.images, index);
      const inked = image.filter((pixel) => pixel > 0).length;
      expect(inked).toBeGreaterThan(20);
      expect(inked).toBeLessThan(size / 2);
      expect(Math.max(...image)).toBeGreaterThan(150);
      expect(image[0]).toBe(0);
    }
  });

  it('centres the mass of the ink within a few pixels', () => {
    let total = 0;
    for (let index = 0; index < 400; index++) {
      const image = imageOf(few.images, index);
      const mass = image.reduce((sum, pixel) => sum + pixel, 0);
      const centreX = image.reduce((sum, pixel, place) => sum + pixel * (place % 28), 0) / mass;
      const centreY = image.reduce((sum, pixel, place) => sum + pixel * Math.floor(place / 28), 0) / mass;
      expect(Math.abs(centreX - 14)).toBeLessThan(6);
      expect(Math.abs(centreY - 14)).toBeLessThan(6);
      total += centreX + centreY;
    }
    expect(total / 800).toBeCloseTo(14, 0);
  });

  it('makes digits that their nearest neighbours recognise', async () => {
    const digits = shrinkToTwelve(await makeDigits({ training: 2000, validation: 200 }));
    expect(nearestNeighbourAccuracy(digits)).toBeGreaterThan(0.85);
  });

  it('draws each image by itself, when it is needed, as all together', async () => {
    const digits = new GrowingDigits({ training: 400, validation: 100 });
    for (const growing of [digits, shrinkWhenNeeded(digits)]) {
      const { images } = growing.dataset;
      const length = images.length / 400;
      const whole = growing === digits ? few : shrinkToTwelve(few);
      for (const index of [399, 7, 7, 0]) {
        growing.make(index);
        const [start, end] = [index * length, (index + 1) * length];
        expect(images.subarray(start, end)).toEqual(whole.images.subarray(start, end));
      }
      expect(growing.isComplete).toBe(false);
      growing.makeValidation();
      expect(growing.dataset.validation.images).toEqual(whole.validation.images);
    }
    const small = shrinkWhenNeeded(digits);
    await small.complete({ atOnce: 30 });
    expect(digits.dataset).toEqual(few);
    expect(small.dataset).toEqual(shrinkToTwelve(few));
    expect([digits.isComplete, small.isComplete]).toEqual([true, true]);
  });

  it('reports its progress from 0 to the total', async () => {
    const reports: Progress[] = [];
    await makeDigits({ training: 600, validation: 100, onProgress: (progress) => reports.push(progress) });
    expect(reports.map(({ loaded }) => loaded)).toEqual([0, 250, 500, 600, 700]);
    expect(reports.every(({ total }) => total === 700)).toBe(true);
  });

  it('lets other tasks run meanwhile', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++);
    await makeDigits({ training: 3000, validation: 1 });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);
  });

  it('stops when its signal aborts, with the reason given', async () => {
    const controller = new AbortController();
    const made = makeDigits({
      onProgress: ({ loaded }) => {
        if (loaded > 0) controller.abort(new Error('enough'));
      },
      signal: controller.signal,
    });
    await expect(made).rejects.toThrow('enough');
  });

  it.each([
    [{ classes: [3] }, 'invalid-classes', '[3]'],
    [{ classes: [3, 10] }, 'invalid-classes', '[3, 10]'],
    [{ training: 0 }, 'invalid-count', 'training = 0'],
    [{ validation: 1.5 }, 'invalid-count', 'validation = 1.5'],
    [{ seed: NaN }, 'invalid-seed', 'NaN'],
  ])('refuses %o', async (options, code, received) => {
    expect(await refusalOf(() => makeDigits(options))).toMatchObject({ code, received });
  });
});

describe('the skeletons', () => {
  it('cover ten digits', () => {
    expect(skeletons).toHaveLength(10);
  });

  it('have sketches with equal strokes, points and corners, so that any two can be mixed', () => {
    for (const [digit, ways] of skeletons.entries()) {
      for (const [index, { sketches }] of ways.entries()) {
        const plans = sketches.map((sketch) =>
          sketch
            .map((stroke) => stroke.map(({ isCorner }) => (isCorner ? 'corner' : 'smooth')).join(' '))
            .join('; '),
        );
        expect(new Set(plans).size, `digit ${digit}, way ${index}: ${plans.join('\n')}`).toBe(1);
      }
    }
  });

  it('have finite points and positive shares', () => {
    for (const { share, sketches } of skeletons.flat()) {
      expect(share).toBeGreaterThan(0);
      for (const { x, y } of sketches.flat(2)) expect(Number.isFinite(x) && Number.isFinite(y)).toBe(true);
    }
  });
});

function nearestNeighbourAccuracy({ images, labels, height, width, validation }: Dataset): number {
  const length = height * width;
  let right = 0;
  for (const [index, label] of validation.labels.entries()) {
    let nearest = Infinity;
    let guess = -1;
    for (const [candidate, candidateLabel] of labels.entries()) {
      let distance = 0;
      for (let pixel = 0; pixel < length && distance < nearest; pixel++) {
        const difference = validation.images[index * length + pixel] - images[candidate * length + pixel];
        distance += difference * difference;
      }
      if (distance < nearest) [nearest, guess] = [distance, candidateLabel];
    }
    if (guess === label) right++;
  }
  return right / validation.labels.length;
}
