/** Letters from a reader's IDX files, as EMNIST has them. */
import { expect, it } from 'vitest';

import { datasetFromIdx } from '../../../src/data/index.js';
import { Trainer } from '../../../src/training/index.js';
import { fileOf } from '../data/files.js';

it.each([
  ['26 classes, labelled from 0', 0, 26],
  ['27 classes, of which the first is empty', 1, 27],
])('letters of %s train', async (_, first, classes) => {
  const side = 12;
  const labels = Uint8Array.from({ length: 52 }, (_, index) => first + (index % 26));
  const pixels = Uint8Array.from({ length: labels.length * side * side }, (_, index) => (index * 31) % 256);
  const files = [
    {
      name: 'emnist-letters-train-images-idx3-ubyte',
      bytes: fileOf([2051, labels.length, side, side], pixels),
    },
    { name: 'emnist-letters-train-labels-idx1-ubyte', bytes: fileOf([2049, labels.length], labels) },
  ];
  const trainer = await Trainer.create({
    backend: 'cpu',
    dataset: await datasetFromIdx(files),
    model: 'mlp',
    batchSize: 13,
    policy: [],
  });
  const rows = await trainer.step(3);
  expect(trainer.classes).toBe(classes);
  // The loss of a network that has learnt nothing.
  expect(Math.abs(rows[0].loss - Math.log(classes))).toBeLessThan(1);
  expect((await trainer.evaluate()).loss).toBeLessThan(Infinity);
  await trainer.dispose();
});
