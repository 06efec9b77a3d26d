import type { ModelArtifacts } from '../models/names.js';

/** The files of a model in tf.js's own format, by name. */
export interface TfjsFiles {
  'model.json': string;
  'weights.bin': Uint8Array<ArrayBuffer>;
}

/**
 * A trained network as the files that `tf.loadLayersModel` of stock tf.js reads: the seeded dropout is written as the
 * Dropout that it implements. The network returns logits; a softmax makes probabilities of them.
 *
 * Layout: tf.js's `ModelJSON` with one weight group (`tfjs-core/src/io/types.ts`, `browser_files.ts`).
 */
export function tfjsFiles(artifacts: ModelArtifacts): TfjsFiles {
  const { modelTopology, weightSpecs, weightData = new ArrayBuffer(0), format, generatedBy } = artifacts;
  const model = {
    modelTopology: withStockLayers(modelTopology),
    format: format ?? 'layers-model',
    generatedBy: generatedBy ?? null,
    convertedBy: null,
    userDefinedMetadata: { madeBy: 'lr-lab', output: 'logits' },
    weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs ?? [] }],
  };
  return { 'model.json': JSON.stringify(model), 'weights.bin': joined(weightData) };
}

/** A copy of a topology without layers that only lr-lab has. */
function withStockLayers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withStockLayers);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, withStockLayers(inner)] as const);
  const copy: Record<string, unknown> = Object.fromEntries(entries);
  if (copy.class_name === 'SeededDropout') {
    copy.class_name = 'Dropout';
    delete (copy.config as { layer?: number }).layer;
  }
  return copy;
}

/** The weights as one array; tf.js stores them in one buffer or in several. */
function joined(data: ArrayBuffer | ArrayBuffer[]): Uint8Array<ArrayBuffer> {
  if (!Array.isArray(data)) return new Uint8Array(data);
  const bytes = new Uint8Array(data.reduce((size, part) => size + part.byteLength, 0));
  let offset = 0;
  for (const part of data) {
    bytes.set(new Uint8Array(part), offset);
    offset += part.byteLength;
  }
  return bytes;
}
