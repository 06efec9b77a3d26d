/** lr-lab's Trainer, as any program uses it: batches gathered, rates written, every loss read back. */
import { Trainer } from '../../../src/training/index.js';
import type { Contestant, Enter } from '../contestant.js';
import type { BenchCase } from '../networks.js';
import { batchesInTurn, classes, learningRate, networks, startOf } from '../networks.js';

/** More steps than any run of the benchmark has. */
const mostSteps = 1_000_000;

/** @param stepsPerSubmit how many steps share a submit; by default lr-lab decides */
async function enter(benchCase: BenchCase, stepsPerSubmit?: number): Promise<Contestant> {
  const { network, batchSize } = benchCase;
  const { weights, pixels: images, labels } = startOf(benchCase);
  const { side } = networks[network];
  const batches = Array.from({ length: batchesInTurn }, (_, turn) =>
    Array.from({ length: batchSize }, (_, index) => turn * batchSize + index),
  );
  const trainer = await Trainer.create({
    dataset: {
      images,
      labels,
      height: side,
      width: side,
      channels: 1,
      classes,
      validation: { images, labels },
    },
    model: network,
    optimizer: { type: 'Adam', lr: learningRate },
    policy: [],
    batchSize,
    epochs: mostSteps / batchesInTurn,
    backend: 'webgpu',
    initialWeights: Object.fromEntries(
      weights.map(({ name, shape, values }) => [name, { shape, values }] as const),
    ),
    batches: Array.from({ length: mostSteps }, (_, step) => batches[step % batchesInTurn]),
    stepsPerSubmit,
  });
  if (trainer.backend.name !== 'webgpu') {
    const reasons = trainer.backend.refused.map(({ name, reason }) => `${name}: ${reason}`);
    throw new Error(`lr-lab found no WebGPU: ${reasons.join('; ')}`);
  }
  return {
    run: async (steps) => (await trainer.step(steps)).map(({ loss }) => loss),
    dispose: () => trainer.dispose(),
  };
}

export const enterLrLab: Enter = (benchCase) => enter(benchCase);

/** The same with so many steps in each submit. */
export const enterLrLabWith =
  (stepsPerSubmit: number): Enter =>
  (benchCase) =>
    enter(benchCase, stepsPerSubmit);
