import { InputError } from '../errors.js';
import type { Dataset, LabelledImages } from './dataset.js';

/**
 * Checks a choice of classes: at least two, each one of `0` to `available - 1`, none named twice.
 *
 * @throws InputError `invalid-classes`.
 */
export function checkClasses(classes: readonly number[], available: number): void {
  const known = classes.every((label) => Number.isInteger(label) && label >= 0 && label < available);
  if (known && classes.length >= 2 && new Set(classes).size === classes.length) return;
  const received = `[${classes.join(', ')}]`;
  const accepted = `two or more different classes, each from 0 to ${available - 1}`;
  throw new InputError({
    code: 'invalid-classes',
    message: `The chosen classes are ${received}; accepted: ${accepted}.`,
    received,
    accepted,
  });
}

/**
 * The part of a data set that belongs to the chosen classes, its labels renumbered 0, 1, … in the order of `classes`;
 * images keep their order.
 *
 * @throws InputError `invalid-classes` if a class is unknown or named twice, or fewer than two are chosen;
 *   `empty-classes` if the training or the validation set holds no image of any chosen class.
 */
export function selectClasses(dataset: Dataset, classes: readonly number[]): Dataset {
  checkClasses(classes, dataset.classes);
  const imageSize = dataset.height * dataset.width * dataset.channels;
  return {
    ...dataset,
    ...selected(dataset, classes, imageSize),
    classes: classes.length,
    validation: selected(dataset.validation, classes, imageSize),
  };
}

function selected(
  { images, labels }: LabelledImages,
  classes: readonly number[],
  imageSize: number,
): LabelledImages {
  const kept = Array.from(labels.keys()).filter((index) => classes.includes(labels[index]));
  if (kept.length === 0) {
    const received = `[${classes.join(', ')}]`;
    const accepted = `classes with images: ${[...new Set(labels)].sort((a, b) => a - b).join(', ')}`;
    throw new InputError({
      code: 'empty-classes',
      message: `No image belongs to the chosen classes ${received}; accepted: ${accepted}.`,
      received,
      accepted,
    });
  }
  const part = { images: new Uint8Array(kept.length * imageSize), labels: new Uint8Array(kept.length) };
  for (const [position, index] of kept.entries()) {
    part.images.set(images.subarray(index * imageSize, (index + 1) * imageSize), position * imageSize);
    part.labels[position] = classes.indexOf(labels[index]);
  }
  return part;
}
