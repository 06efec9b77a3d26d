import { InputError } from '../errors.js';
import type { Dataset, LabelledImages } from './dataset.js';
import type { GrowingDataset } from './growing-dataset.js';

const from = 28;
const margin = 2;
const to = 12;

/**
 * A 28×28 data set at 12×12, for the `tiny` model: the outer two pixels are cropped, and each pixel is the mean of a
 * 2×2 block of the central 24×24, rounded to the nearest byte. Labels are shared with the given data set, not copied.
 *
 * @throws InputError `image-size` if the images are not 28×28.
 */
export function shrinkToTwelve(dataset: Dataset): Dataset {
  checkSize(dataset);
  return {
    ...dataset,
    height: to,
    width: to,
    images: shrink(dataset.images, dataset.channels),
    validation: { ...dataset.validation, images: shrink(dataset.validation.images, dataset.channels) },
  };
}

/**
 * The same for a data set that is still growing: each image is shrunk when it is needed.
 *
 * @throws InputError as {@link shrinkToTwelve}
 */
export function shrinkWhenNeeded(source: GrowingDataset): GrowingDataset {
  const { dataset: whole } = source;
  checkSize(whole);
  const { channels, validation } = whole;
  const shrunkLike = ({ labels }: LabelledImages): LabelledImages => ({
    images: new Uint8Array(labels.length * to * to * channels),
    labels,
  });
  const dataset = {
    ...whole,
    height: to,
    width: to,
    ...shrunkLike(whole),
    validation: shrunkLike(validation),
  };
  let isComplete = false;
  return {
    dataset,
    get isComplete() {
      return isComplete;
    },
    make(index) {
      source.make(index);
      shrinkInto(dataset.images, index, whole.images, channels);
    },
    makeValidation(count = validation.labels.length) {
      if (isComplete) return;
      source.makeValidation(count);
      for (let index = 0; index < count; index++)
        shrinkInto(dataset.validation.images, index, validation.images, channels);
    },
    async complete(options) {
      await source.complete(options);
      if (isComplete) return;
      isComplete = true;
      dataset.images.set(shrink(whole.images, channels));
      dataset.validation.images.set(shrink(validation.images, channels));
    },
  };
}

function checkSize({ height, width }: Dataset): void {
  if (height === from && width === from) return;
  const received = `${height}×${width}`;
  const accepted = `${from}×${from}`;
  throw new InputError({
    code: 'image-size',
    message: `Only ${accepted} images are shrunk to ${to}×${to}; these are ${received}.`,
    received,
    accepted,
  });
}

function shrink(images: Uint8Array, channels: number): Uint8Array {
  const count = images.length / (from * from * channels);
  const small = new Uint8Array(count * to * to * channels);
  for (let image = 0; image < count; image++) shrinkInto(small, image, images, channels);
  return small;
}

/** Shrinks one image into its place. */
function shrinkInto(small: Uint8Array, image: number, images: Uint8Array, channels: number): void {
  const rowStride = from * channels;
  let target = image * to * to * channels;
  for (let y = 0; y < to; y++) {
    let source = (image * from + margin + 2 * y) * rowStride + margin * channels;
    for (let x = 0; x < to; x++, source += 2 * channels) {
      for (let channel = 0; channel < channels; channel++) {
        const corner = source + channel;
        const below = corner + rowStride;
        const sum = images[corner] + images[corner + channels] + images[below] + images[below + channels];
        small[target++] = (sum + 2) >> 2;
      }
    }
  }
}
