/** Softmax cross-entropy of logits with whole-number labels, mean over the batch, and its gradient. */
import * as tf from '@tensorflow/tfjs-core';

import type { Program } from '../webgpu-backend.js';
import { float, registerKernel, run, runKernel, runProgram } from './run-program.js';
import { bindings, main, workgroupsFor } from './wgsl.js';

/** Threads of the one workgroup that sums the losses. */
const threads = 64;

/**
 * The program of the loss. Bindings: the mean loss; the gradient of the mean loss with respect to the logits; the
 * logits; the labels. One workgroup, so that the order of the sum never changes.
 */
function lossProgram(batch: number, classes: number): Program {
  return {
    label: 'softmax cross-entropy',
    code: `${bindings({ loss: 'f32', slope: 'f32' }, { logits: 'f32', labels: 'i32' })}
var<workgroup> sums: array<f32, ${threads}>;
@compute @workgroup_size(${threads})
fn main(@builtin(local_invocation_index) thread: u32) {
  var own = 0.0;
  for (var row = i32(thread); row < ${batch}; row += ${threads}) {
    let base = row * ${classes};
    var largest = logits[base];
    for (var index = 1; index < ${classes}; index++) { largest = max(largest, logits[base + index]); }
    var total = 0.0;
    for (var index = 0; index < ${classes}; index++) { total += exp(logits[base + index] - largest); }
    let label = labels[row];
    own += log(total) - (logits[base + label] - largest);
    for (var index = 0; index < ${classes}; index++) {
      let probability = exp(logits[base + index] - largest) / total;
      slope[base + index] = (probability - select(0.0, 1.0, index == label)) / ${batch}.0;
    }
  }
  sums[thread] = own;
  workgroupBarrier();
  if (thread == 0u) {
    var sum = 0.0;
    for (var index = 0; index < ${threads}; index++) { sum += sums[index]; }
    loss[0] = sum / ${batch}.0;
  }
}`,
    workgroups: [1],
  };
}

/** Multiplies the saved gradient by the loss's own. Bindings: the result; the saved gradient; the factor. */
function scaleProgram(size: number): Program {
  return {
    label: 'scale',
    code:
      bindings({ result: 'f32' }, { value: 'f32', factor: 'f32' }) +
      main(`
  if (thread >= ${size}u) { return; }
  result[thread] = value[thread] * factor[0];`),
    workgroups: workgroupsFor(size),
  };
}

const name = 'LabSoftmaxCrossEntropy';

/**
 * The mean softmax cross-entropy, natural logarithm, on the WebGPU backend only.
 *
 * @param logits [batch, classes]
 * @param labels [batch], int32 from 0
 */
export function softmaxCrossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar {
  return runKernel(name, { logits, labels })[0] as tf.Scalar;
}

/** Registers the kernel of {@link softmaxCrossEntropy} and its gradient. */
export function registerSoftmaxCrossEntropy(): void {
  registerKernel(name, ({ inputs: { logits, labels }, backend }) => {
    const [batch, classes] = logits.shape;
    return run(backend, lossProgram(batch, classes), [float(), float(batch, classes)], [logits, labels]);
  });
  tf.registerGradient({
    kernelName: name,
    outputsToSave: [false, true],
    gradFunc: (dy, [slope]) => {
      const [outer] = dy as tf.Tensor[];
      return {
        logits: () => runProgram(scaleProgram(slope.size), [float(...slope.shape)], [slope, outer])[0],
      };
    },
  });
}
