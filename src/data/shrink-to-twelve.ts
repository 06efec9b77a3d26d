import { InputError } from '../errors.js';
import type { Dataset } from './dataset.js';

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
  const { height, width, channels } = dataset;
  if (height !== from || width !== from) {
    const received = `${height}×${width}`;
    const accepted = `${from}×${from}`;
    throw new InputError({
      code: 'image-size',
      message: `Only ${accepted} images are shrunk to ${to}×${to}; these are ${received}.`,
      received,
      accepted,
    });
  }
  return {
    ...dataset,
    height: to,
    width: to,
    images: shrink(dataset.images, channels),
    validation: { ...dataset.validation, images: shrink(dataset.validation.images, channels) },
  };
}

function shrink(images: Uint8Array, channels: number): Uint8Array {
  const rowStride = from * channels;
  const count = images.length / (from * rowStride);
  const small = new Uint8Array(count * to * to * channels);
  let target = 0;
  for (let image = 0; image < count; image++) {
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
  return small;
}
