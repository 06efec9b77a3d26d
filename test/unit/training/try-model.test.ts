/** A reader's own model is tried before it trains, and refused by the layer that cannot. */
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';

import { Trainer } from '../../../src/training/index.js';
import { smallDataset, smallModel, smallRun } from './small-runs.js';

/** Passes values on, and no gradient. */
class Detached extends tf.layers.Layer {
  static readonly className = 'TestDetached';
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [value] = [inputs].flat();
    return tf.tensor(value.dataSync(), value.shape);
  }
}
tf.serialization.registerClass(Detached);

const { height, width, classes } = smallDataset;

const modelOf = (...layers: tf.layers.Layer[]) =>
  tf.sequential({ layers: [tf.layers.flatten({ inputShape: [height, width, 1] }), ...layers] });

const dense = (units: number, trainable = true) => tf.layers.dense({ units, trainable });

const refused: [what: string, code: string, received: RegExp, model: () => tf.LayersModel][] = [
  [
    'a layer whose operation has no gradient',
    'model-layer',
    /^CategoryEncoding "hot": .*gradient/,
    () => modelOf(dense(4), tf.layers.categoryEncoding({ numTokens: 4, name: 'hot' }), dense(classes)),
  ],
  [
    'a layer that passes no gradient on, in a nested model',
    'model-gradient',
    /^TestDetached "cut"$/,
    () => {
      const inner = tf.sequential({ layers: [tf.layers.dense({ units: 4, inputShape: [height * width] })] });
      inner.add(new Detached({ name: 'cut' }));
      return modelOf(inner, dense(classes));
    },
  ],
  [
    'no weight that is trained',
    'model-untrainable',
    /^0 weights$/,
    () => modelOf(tf.layers.dense({ units: classes, trainable: false })),
  ],
];

describe('a given model', () => {
  it.each(refused)('is refused for %s', async (_, code, received, model) => {
    const config = smallRun({ model: model() });
    // The given model keeps its tensors.
    const { numTensors } = tf.memory();
    await expect(Trainer.create(config)).rejects.toMatchObject({
      code,
      received: expect.stringMatching(received) as string,
    });
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('trains with a layer without a gradient before its first weight', async () => {
    const trainer = await Trainer.create(smallRun({ model: modelOf(new Detached({}), dense(classes)) }));
    const [first] = await trainer.step(5);
    expect((await trainer.step()).at(0)!.loss).toBeLessThan(first.loss);
    await trainer.dispose();
  });

  it('is as it was after it has been tried', async () => {
    const trainer = await Trainer.create(smallRun({ model: smallModel({ normalised: true }) }));
    const { weights } = await trainer.checkpoint();
    expect(new Set(weights['norm/moving_mean'].values)).toEqual(new Set([0]));
    expect(new Set(weights['norm/moving_variance'].values)).toEqual(new Set([1]));
    await trainer.dispose();
  });
});
