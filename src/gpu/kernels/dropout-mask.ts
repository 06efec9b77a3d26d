/** Seeded dropout masks made on the device, equal bit for bit to those made on the host. */
import * as tf from '@tensorflow/tfjs-core';

import type { Program } from '../webgpu-backend.js';
import { float, runProgram } from './run-program.js';
import { bindings, main, workgroupsFor } from './wgsl.js';

/**
 * The program of one layer's mask: 0 with probability `rate`, otherwise 1 / (1 - rate). Bindings: the mask; the key of
 * the seed and step, one word.
 *
 * @param layer the number of the dropout layer in the model
 */
function dropoutMaskProgram(size: number, layer: number, rate: number): Program {
  return {
    label: 'dropout mask',
    code: `
fn mix(word: u32) -> u32 {
  var hash = word;
  hash = (hash ^ (hash >> 16u)) * 0x85ebca6bu;
  hash = (hash ^ (hash >> 13u)) * 0xc2b2ae35u;
  return hash ^ (hash >> 16u);
}
${bindings({ mask: 'f32' }, { stepKey: 'u32' })}
${main(`
  if (thread >= ${size}u) { return; }
  let key = mix(stepKey[0] + ${layer}u);
  // The kept multiplier is written as its bits: a shader compiler may read decimals differently.
  mask[thread] = select(bitcast<f32>(${float32Bits(rate < 1 ? 1 / (1 - rate) : 0)}u), 0.0, mix(key + thread * 0x9e3779b9u) < ${threshold(rate)}u);`)}`,
    workgroups: workgroupsFor(size),
  };
}

/** The first hash that is kept. */
const threshold = (rate: number): number => Math.min(2 ** 32 - 1, Math.ceil(rate * 2 ** 32));

const float32Bits = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0];

/** The dropout multipliers of a layer, `stepKey` is one int32 word. */
export function deviceDropoutMask(
  shape: number[],
  { layer, rate, stepKey }: { layer: number; rate: number; stepKey: tf.Tensor },
): tf.Tensor {
  const size = tf.util.sizeFromShape(shape);
  return runProgram(dropoutMaskProgram(size, layer, rate), [float(...shape)], [stepKey])[0];
}
