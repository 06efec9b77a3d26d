import { InputError } from '../errors.js';

/** Images and their labels: image k has the label `labels[k]`, and its pixels start at `k * height * width * channels`. */
export interface LabelledImages {
  /** Pixels 0 to 255, laid out NHWC. */
  images: Uint8Array;
  /** One class index, 0 to `classes - 1`, for each image. */
  labels: Uint8Array;
}

/** A labelled image data set: training images, and validation images of the same shape. */
export interface Dataset extends LabelledImages {
  /** Rows of an image. */
  height: number;
  /** Columns of an image. */
  width: number;
  /** Values of a pixel: 1 for grey, 3 for colour. */
  channels: number;
  /** The number of classes. */
  classes: number;
  /** Images for validation only. */
  validation: LabelledImages;
}

/** The largest number of classes: labels are bytes. */
const mostClasses = 256;

/**
 * Checks that a value from outside is a {@link Dataset}, and returns it as one.
 *
 * @throws InputError `invalid-dataset` naming the first wrong field, its value and what is accepted.
 */
export function validateDataset(dataset: unknown): Dataset {
  const fields = recordOf('dataset', dataset);
  const height = wholeNumber('height', fields.height, 1);
  const width = wholeNumber('width', fields.width, 1);
  const channels = wholeNumber('channels', fields.channels, 1);
  const classes = wholeNumber('classes', fields.classes, 2, mostClasses);
  const shape = { height, width, channels, classes };
  const training = labelledImages('', fields, shape);
  const validation = labelledImages('validation.', recordOf('validation', fields.validation), shape);
  return { ...shape, ...training, validation };
}

function labelledImages(
  path: string,
  fields: Partial<Record<string, unknown>>,
  { height, width, channels, classes }: Pick<Dataset, 'height' | 'width' | 'channels' | 'classes'>,
): LabelledImages {
  const images = byteArray(`${path}images`, fields.images);
  const labels = byteArray(`${path}labels`, fields.labels);
  if (labels.length === 0) throw refusal(`${path}labels`, 'no label', 'at least one label');
  const expected = labels.length * height * width * channels;
  if (images.length !== expected) {
    throw refusal(
      `${path}images`,
      `${images.length} bytes`,
      `${expected} bytes: ${labels.length} (labels) × ${height} (height) × ${width} (width) × ${channels} (channels)`,
    );
  }
  const outside = labels.findIndex((label) => label >= classes);
  if (outside >= 0)
    throw refusal(`${path}labels[${outside}]`, String(labels[outside]), `0 to ${classes - 1}`);
  return { images, labels };
}

function recordOf(field: string, value: unknown): Partial<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null) return value;
  throw refusal(field, describe(value), 'an object');
}

function byteArray(field: string, value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw refusal(field, describe(value), 'a Uint8Array');
}

function wholeNumber(field: string, value: unknown, least: number, most = Infinity): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most)
    return value;
  throw refusal(
    field,
    describe(value),
    most === Infinity ? `a whole number from ${least}` : `a whole number from ${least} to ${most}`,
  );
}

function refusal(field: string, received: string, accepted: string): InputError {
  return new InputError({
    code: 'invalid-dataset',
    message: `Data set: ${field} is ${received}; accepted: ${accepted}.`,
    received: `${field} = ${received}`,
    accepted,
  });
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'string') return JSON.stringify(value);
  // Object.prototype.toString names any object's kind, even one without a prototype.
  return typeof value === 'object' && value !== null
    ? Object.prototype.toString.call(value).slice('[object '.length, -1)
    : String(value);
}
