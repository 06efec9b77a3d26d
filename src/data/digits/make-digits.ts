// Draws digits like handwriting: skeletons.ts has the shapes, handwriting.ts their variation, pen.ts the ink.
//
// Only + − × ÷ and the square root are used, which IEEE 754 fixes to the last bit; sines and exponentials differ between
// browsers. So a seed gives the same pixels everywhere.
import { nextTask } from '../../async.js';
import { InputError } from '../../errors.js';
import type { Dataset, LabelledImages } from '../dataset.js';
import type { CompleteOptions, GrowingDataset } from '../growing-dataset.js';
import type { Progress } from '../progress.js';
import { seededGenerator, streams } from '../seeded-generator.js';
import { checkClasses } from '../select-classes.js';
import { writeDigit } from './handwriting.js';
import { digitSize, inkStrokes } from './pen.js';
import { skeletons } from './skeletons.js';

/** The defaults of {@link makeDigits}. */
export const digitsDefaults = { training: 6000, validation: 1000, seed: 2026 } as const;

/** Which digits are made. */
export interface DigitsOptions {
  /** Training images. */
  training?: number;
  /** Validation images. */
  validation?: number;
  /** The seed of the images; fixed by default, so that `digits` is one fixed data set. */
  seed?: number;
  /** The digits, labelled 0, 1, … in this order; all ten by default. */
  classes?: readonly number[];
  onProgress?: (progress: Progress) => void;
  signal?: AbortSignal;
}

/** Images drawn before other tasks run: some tens of milliseconds. */
const imagesAtOnce = 250;

const imageSize = digitSize * digitSize;

/**
 * Handwritten-looking digits, 28×28, white on black, the classes in turn. Training image i depends on the seed, on i and
 * on its class alone; validation images come from a random stream of their own.
 *
 * @throws InputError `invalid-count`, `invalid-seed` or `invalid-classes`; the signal's reason if it aborts.
 */
export async function makeDigits(options: DigitsOptions = {}): Promise<Dataset> {
  const digits = new GrowingDigits(options);
  await digits.complete(options);
  return digits.dataset;
}

/** One part of the digits: its random stream, and which of its images are drawn. */
interface Part extends LabelledImages {
  readonly stream: number;
  readonly isDrawn: Uint8Array;
}

/** The digits of {@link makeDigits}, each drawn when it is needed. */
export class GrowingDigits implements GrowingDataset {
  readonly dataset: Dataset;
  private readonly seed: number;
  private readonly classes: readonly number[];
  private readonly training: Part;
  private readonly validation: Part;
  private missing: number;

  /** @throws InputError as {@link makeDigits} */
  constructor({
    training = digitsDefaults.training,
    validation = digitsDefaults.validation,
    seed = digitsDefaults.seed,
    classes = skeletons.map((_, digit) => digit),
  }: Omit<DigitsOptions, 'onProgress' | 'signal'> = {}) {
    checkClasses(classes, skeletons.length);
    checkCount('training', training);
    checkCount('validation', validation);
    // Refuses a seed that is none.
    seededGenerator(seed, streams.trainingDigit, 0);
    this.seed = seed;
    this.classes = classes;
    this.training = this.partOf(training, streams.trainingDigit);
    this.validation = this.partOf(validation, streams.validationDigit);
    this.missing = training + validation;
    const { images, labels } = this.training;
    this.dataset = {
      images,
      labels,
      height: digitSize,
      width: digitSize,
      channels: 1,
      classes: classes.length,
      validation: { images: this.validation.images, labels: this.validation.labels },
    };
  }

  get isComplete(): boolean {
    return this.missing === 0;
  }

  make(index: number): void {
    this.draw(this.training, index);
  }

  makeValidation(count = this.validation.labels.length): void {
    for (let index = 0; index < count; index++) this.draw(this.validation, index);
  }

  async complete({ onProgress, signal, atOnce = imagesAtOnce }: CompleteOptions = {}): Promise<void> {
    const total = this.training.labels.length + this.validation.labels.length;
    let done = 0;
    for (const part of [this.training, this.validation]) {
      const { length } = part.labels;
      for (let index = 0; index < length; index++) {
        if (index % atOnce === 0) {
          onProgress?.({ loaded: done + index, total });
          await nextTask();
          signal?.throwIfAborted();
        }
        this.draw(part, index);
      }
      done += length;
    }
    onProgress?.({ loaded: total, total });
  }

  private partOf(count: number, stream: number): Part {
    return {
      images: new Uint8Array(count * imageSize),
      labels: Uint8Array.from({ length: count }, (_, index) => index % this.classes.length),
      isDrawn: new Uint8Array(count),
      stream,
    };
  }

  private draw({ images, labels, stream, isDrawn }: Part, index: number): void {
    if (isDrawn[index] === 1) return;
    const generator = seededGenerator(this.seed, stream, index);
    const strokes = writeDigit(this.classes[labels[index]], generator);
    inkStrokes(strokes, generator, images, index * imageSize);
    isDrawn[index] = 1;
    this.missing -= 1;
  }
}

function checkCount(name: 'training' | 'validation', count: number): void {
  if (Number.isSafeInteger(count) && count >= 1) return;
  throw new InputError({
    code: 'invalid-count',
    message: `The number of ${name} images is ${count}; accepted: a whole number from 1.`,
    received: `${name} = ${count}`,
    accepted: 'a whole number from 1',
  });
}
