import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';

import { tfjsFiles } from '../../../src/export/index.js';
import type { TfjsFiles } from '../../../src/export/index.js';
import { buildModel, modelArtifacts } from '../../../src/models/index.js';

/** Reads the files as tf.js reads files in one folder. */
async function load(files: TfjsFiles): Promise<tf.LayersModel> {
  const model = JSON.parse(files['model.json']) as tf.io.ModelJSON;
  return tf.loadLayersModel({
    load: () =>
      tf.io.getModelArtifactsForJSON(model, (manifest) => {
        expect(manifest.flatMap(({ paths }) => paths)).toEqual(['weights.bin']);
        return Promise.resolve([manifest.flatMap(({ weights }) => weights), files['weights.bin'].buffer]);
      }),
  });
}

describe("a network in tf.js's own format", () => {
  it.each([
    ['tiny', 12],
    ['lenet', 28],
    ['alexnet', 28],
    ['mlp', 28],
  ] as const)('loads in stock tf.js with the same logits: %s', async (name, side) => {
    const model = buildModel(name, { height: side, width: side, channels: 1, classes: 10, seed: 3 });
    const files = tfjsFiles(await modelArtifacts(model));
    expect(files['model.json']).not.toContain('SeededDropout');
    const loaded = await load(files);
    const images = tf.randomUniform([2, side, side, 1], 0, 1, 'float32', 5);
    const logits = [model, loaded].map((each) => (each.predict(images) as tf.Tensor).dataSync());
    expect(logits[1]).toEqual(logits[0]);
    images.dispose();
    model.dispose();
    loaded.dispose();
  });

  it('keeps the dropout and its rate', async () => {
    const model = buildModel('alexnet', { height: 28, width: 28, channels: 1, classes: 2, seed: 3 });
    const loaded = await load(tfjsFiles(await modelArtifacts(model)));
    const dropout = loaded.getLayer('dropout1');
    expect([dropout.getClassName(), dropout.getConfig().rate]).toEqual(['Dropout', 0.5]);
    model.dispose();
    loaded.dispose();
  });

  it('accepts weights in several buffers', () => {
    const parts = [Float32Array.of(1, 2).buffer, Float32Array.of(3).buffer];
    const files = tfjsFiles({ modelTopology: {}, weightSpecs: [], weightData: parts });
    expect(new Float32Array(files['weights.bin'].buffer)).toEqual(Float32Array.of(1, 2, 3));
  });
});
