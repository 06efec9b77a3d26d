/** The length of a run. */
export interface Plan {
  steps: number;
  stepsPerEpoch: number;
  epochs: number;
}

/** The length of a run over a training set of `images` images: whole batches only, at least one per epoch. */
export function planOf(
  { batchSize, epochs, stepsPerEpoch }: { batchSize: number; epochs: number; stepsPerEpoch?: number },
  images: number,
): Plan {
  const perEpoch = stepsPerEpoch ?? Math.max(1, Math.floor(images / batchSize));
  return { steps: perEpoch * epochs, stepsPerEpoch: perEpoch, epochs };
}
