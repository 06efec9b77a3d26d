/** The cases: two networks at three batch sizes, and the same start for every contestant, drawn from a seed. */

interface Convolution {
  name: string;
  /** Rows and columns of the kernel; valid padding, stride 1, ReLU. */
  kernelSize: number;
  filters: number;
  /** Whether a 2×2 max-pool follows. */
  pool: boolean;
}

/** A small CNN: convolutions, then one dense layer of ten logits. */
export interface NetworkShape {
  /** Rows and columns of an image; one channel. */
  side: number;
  convolutions: readonly Convolution[];
  /** The number of inputs of the dense layer. */
  flat: number;
}

/** The number of classes. */
export const classes = 10;

/** The networks of the benchmark, as `src/models` builds them for images of these sizes. */
export const networks = {
  tiny: {
    side: 12,
    convolutions: [
      { name: 'conv1', kernelSize: 3, filters: 4, pool: true },
      { name: 'conv2', kernelSize: 3, filters: 8, pool: false },
    ],
    flat: 72,
  },
  lenet: {
    side: 28,
    convolutions: [
      { name: 'conv1', kernelSize: 5, filters: 8, pool: true },
      { name: 'conv2', kernelSize: 5, filters: 16, pool: true },
    ],
    flat: 256,
  },
} as const satisfies Record<string, NetworkShape>;

/** One case: a network at a batch size. */
export interface BenchCase {
  name: string;
  network: keyof typeof networks;
  batchSize: number;
  /** The first steps, whose losses must agree. */
  comparedSteps: number;
}

/** All cases. tf.js needs eight seconds for a step of the last one on a software adapter. */
export const benchCases: readonly BenchCase[] = [
  { name: 'tiny-16', network: 'tiny', batchSize: 16, comparedSteps: 10 },
  { name: 'lenet-32', network: 'lenet', batchSize: 32, comparedSteps: 3 },
  { name: 'lenet-128', network: 'lenet', batchSize: 128, comparedSteps: 2 },
];

/**
 * The case with this name.
 *
 * @throws RangeError for an unknown name
 */
export function benchCaseNamed(name: string): BenchCase {
  const found = benchCases.find((benchCase) => benchCase.name === name);
  if (!found) throw new RangeError(`no case is named "${name}".`);
  return found;
}

/** Adam's learning rate, everywhere. */
export const learningRate = 1e-3;

/** The batches of an epoch: step k trains on batch k % batchesInTurn. */
export const batchesInTurn = 64;

/** A weight in tf.js's layout: kernels [rows, columns, in, out], dense [in, out]. */
export interface StartWeight {
  name: string;
  shape: number[];
  values: Float32Array<ArrayBuffer>;
}

/** The start of every contestant. */
export interface Start {
  /** Kernel and bias of each layer, in the network's order. */
  weights: readonly StartWeight[];
  /** The images of all batches one after the other, NHWC, 0 to 255. */
  pixels: Uint8Array<ArrayBuffer>;
  /** Their classes. */
  labels: Uint8Array<ArrayBuffer>;
}

/** Numbers in [0, 1) from a linear congruential generator (multiplier and increment of Numerical Recipes). */
function uniformNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Weights uniform within ±1/√(fan-in), pixels uniform, labels in turn: the same for every contestant. */
export function startOf({ network, batchSize }: BenchCase, seed = 7): Start {
  const { side, convolutions, flat }: NetworkShape = networks[network];
  const next = uniformNumbers(seed);
  const draw = (name: string, shape: number[], fanIn: number): StartWeight => {
    const bound = 1 / Math.sqrt(fanIn);
    const length = shape.reduce((product, size) => product * size, 1);
    return { name, shape, values: Float32Array.from({ length }, () => (2 * next() - 1) * bound) };
  };
  const weights: StartWeight[] = [];
  let channels = 1;
  for (const { name, kernelSize, filters } of convolutions) {
    const fanIn = kernelSize ** 2 * channels;
    weights.push(draw(`${name}/kernel`, [kernelSize, kernelSize, channels, filters], fanIn));
    weights.push(draw(`${name}/bias`, [filters], fanIn));
    channels = filters;
  }
  weights.push(draw('dense/kernel', [flat, classes], flat), draw('dense/bias', [classes], flat));
  const images = batchesInTurn * batchSize;
  const pixels = Uint8Array.from({ length: images * side * side }, () => Math.floor(next() * 256));
  return { weights, pixels, labels: Uint8Array.from({ length: images }, (_, index) => index % classes) };
}

/** The batches of a start as a framework takes them: intensities 0 to 1, and class indices. */
export function batchesOf(
  { pixels, labels }: Start,
  { batchSize }: BenchCase,
): { images: Float32Array<ArrayBuffer>; labels: Int32Array<ArrayBuffer> }[] {
  const pixelsPerBatch = pixels.length / batchesInTurn;
  return Array.from({ length: batchesInTurn }, (_, turn) => ({
    images: Float32Array.from(
      pixels.subarray(turn * pixelsPerBatch, (turn + 1) * pixelsPerBatch),
      (pixel) => pixel / 255,
    ),
    labels: Int32Array.from(labels.subarray(turn * batchSize, (turn + 1) * batchSize)),
  }));
}
