// Draws digits like handwriting: skeletons.ts has the shapes, handwriting.ts their variation, pen.ts the ink.
//
// Only + − × ÷ and the square root are used, which IEEE 754 fixes to the last bit; sines and exponentials differ between
// browsers. So a seed gives the same pixels everywhere.
import { InputError } from '../../errors.js';
import type { Dataset, LabelledImages } from '../dataset.js';
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

/**
 * Handwritten-looking digits, 28×28, white on black, the classes in turn. Training image i depends on the seed, on i and
 * on its class alone; validation images come from a random stream of their own.
 *
 * @throws InputError `invalid-count`, `invalid-seed` or `invalid-classes`; the signal's reason if it aborts.
 */
export async function makeDigits({
  training = digitsDefaults.training,
  validation = digitsDefaults.validation,
  seed = digitsDefaults.seed,
  classes = skeletons.map((_, digit) => digit),
  onProgress,
  signal,
}: DigitsOptions = {}): Promise<Dataset> {
  checkClasses(classes, skeletons.length);
  checkCount('training', training);
  checkCount('validation', validation);
  const total = training + validation;
  const make = async (count: number, stream: number, made: number): Promise<LabelledImages> => {
    const imageSize = digitSize * digitSize;
    const images = new Uint8Array(count * imageSize);
    const labels = Uint8Array.from({ length: count }, (_, index) => index % classes.length);
    for (let index = 0; index < count; index++) {
      if (index % imagesAtOnce === 0) {
        onProgress?.({ loaded: made + index, total });
        await otherTasks();
        signal?.throwIfAborted();
      }
      const generator = seededGenerator(seed, stream, index);
      const strokes = writeDigit(classes[labels[index]], generator);
      inkStrokes(strokes, generator, images, index * imageSize);
    }
    return { images, labels };
  };
  const trainingSet = await make(training, streams.trainingDigit, 0);
  const validationSet = await make(validation, streams.validationDigit, training);
  onProgress?.({ loaded: total, total });
  return {
    ...trainingSet,
    height: digitSize,
    width: digitSize,
    channels: 1,
    classes: classes.length,
    validation: validationSet,
  };
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

/** Lets messages, such as a request to abort, be handled. A message of its own: browsers delay timers by 4 ms each. */
function otherTasks(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
