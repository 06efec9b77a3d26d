/** A dense layer forward and back: a matrix product with few columns, its bias and its ReLU, as one operation. */
import * as tf from '@tensorflow/tfjs-core';

import type { Program } from '../webgpu-backend.js';
import { reluGradientProgram } from './max-pool.js';
import { float, registerKernel, run, runKernel, runProgram } from './run-program.js';
import {
  bindings,
  coordinates,
  dot,
  main,
  relu,
  unroll,
  upTo,
  vectorType,
  vectorWidth,
  workgroupsFor,
} from './wgsl.js';

/** The sizes of a dense layer: rows of the batch, numbers in and out. */
export interface DenseShape {
  batch: number;
  inputs: number;
  outputs: number;
}

/** Larger matrices are left to tf.js, whose products are tiled in workgroup memory. */
const mostWeights = 2 ** 17;

/** Whether these programs cover a dense layer with a kernel of this shape. */
export const coversDense = ([inputs, outputs]: readonly number[]): boolean => inputs * outputs <= mostWeights;

/** Inputs whose products a thread adds up side by side, so that no sum waits for the one before. */
const strands = (inputs: number) => vectorWidth(inputs);

/** The program of a dense layer. Bindings: the result; the input; the kernel, [inputs, outputs]; the bias. */
function denseProgram({ batch, inputs, outputs }: DenseShape, hasRelu: boolean): Program {
  const width = vectorWidth(outputs);
  const groups = outputs / width;
  const vector = vectorType(width);
  const step = strands(inputs);
  const body = `
  ${coordinates({ group: groups }, 'row')}
  if (row >= ${batch}) { return; }
  ${unroll(step, (strand) => `var sum${strand} = ${vector}();`)}
  for (var index = 0; index < ${inputs}; index += ${step}) {
    ${unroll(step, (strand) => `sum${strand} += input[row * ${inputs} + index + ${strand}] * kernel[(index + ${strand}) * ${groups} + group];`)}
  }
  let value = ${upTo(step)
    .map((strand) => `sum${strand}`)
    .join(' + ')} + bias[group];
  result[row * ${groups} + group] = ${hasRelu ? relu(width, 'value') : 'value'};`;
  return {
    label: `dense${hasRelu ? ', ReLU' : ''}`,
    code: bindings({ result: vector }, { input: 'f32', kernel: vector, bias: vector }) + main(body),
    workgroups: workgroupsFor(batch * groups),
  };
}

/** The program of the kernel's and bias's gradients. Bindings: both; the gradient of the output; the input. */
function denseKernelGradientProgram({ batch, inputs, outputs }: DenseShape): Program {
  const width = vectorWidth(outputs);
  const groups = outputs / width;
  const vector = vectorType(width);
  // The bias is the kernel's row for an input that is always one.
  const body = `
  ${coordinates({ group: groups }, 'index')}
  if (index > ${inputs}) { return; }
  var sum = ${vector}();
  if (index < ${inputs}) {
    for (var row = 0; row < ${batch}; row++) { sum += input[row * ${inputs} + index] * gradient[row * ${groups} + group]; }
    kernelGradient[index * ${groups} + group] = sum;
  } else {
    for (var row = 0; row < ${batch}; row++) { sum += gradient[row * ${groups} + group]; }
    biasGradient[group] = sum;
  }`;
  return {
    label: 'dense, kernel gradient',
    code:
      bindings({ kernelGradient: vector, biasGradient: vector }, { gradient: vector, input: 'f32' }) +
      main(body),
    workgroups: workgroupsFor((inputs + 1) * groups),
  };
}

/** The program of the input's gradient. Bindings: the result; the gradient of the output; the kernel. */
function denseInputGradientProgram({ batch, inputs, outputs }: DenseShape): Program {
  const width = vectorWidth(outputs);
  const groups = outputs / width;
  const body = `
  ${coordinates({ index: inputs }, 'row')}
  if (row >= ${batch}) { return; }
  var sum = 0.0;
  for (var group = 0; group < ${groups}; group++) {
    sum += ${dot(width, `gradient[row * ${groups} + group]`, `kernel[index * ${groups} + group]`)};
  }
  result[row * ${inputs} + index] = sum;`;
  return {
    label: 'dense, input gradient',
    code:
      bindings({ result: 'f32' }, { gradient: vectorType(width), kernel: vectorType(width) }) + main(body),
    workgroups: workgroupsFor(batch * inputs),
  };
}

const name = 'LabDense';

interface Attributes {
  shape: DenseShape;
  relu: boolean;
}

/**
 * A dense layer: x · kernel + bias, with a ReLU if wanted, in one dispatch, on the WebGPU backend only.
 *
 * @param x [batch, inputs]
 * @param kernel [inputs, outputs]
 * @param bias [outputs]
 */
export function fusedDense(
  x: tf.Tensor2D,
  kernel: tf.Tensor2D,
  bias: tf.Tensor1D,
  relu: boolean,
): tf.Tensor2D {
  const [batch, inputs] = x.shape;
  const shape: DenseShape = { batch, inputs, outputs: kernel.shape[1] };
  return runKernel(name, { x, kernel, bias }, { shape, relu })[0] as tf.Tensor2D;
}

/** Registers the kernel of {@link fusedDense} and its gradient. */
export function registerFusedDense(): void {
  registerKernel<Attributes>(name, ({ inputs: { x, kernel, bias }, attributes: { shape, relu }, backend }) =>
    run(backend, denseProgram(shape, relu), [float(shape.batch, shape.outputs)], [x, kernel, bias]),
  );
  tf.registerGradient({
    kernelName: name,
    inputsToSave: ['x', 'kernel'],
    outputsToSave: [true],
    gradFunc: (dy, saved, attributes) => {
      const { shape, relu } = attributes as unknown as Attributes;
      const [x, kernel, result] = saved;
      const [outer] = Array.isArray(dy) ? dy : [dy];
      const slope = relu
        ? runProgram(reluGradientProgram(result.size), [float(...result.shape)], [outer, result])[0]
        : outer;
      const [kernelSlope, biasSlope] = runProgram(
        denseKernelGradientProgram(shape),
        [float(shape.inputs, shape.outputs), float(shape.outputs)],
        [slope, x],
      );
      return {
        x: () => runProgram(denseInputGradientProgram(shape), [float(...x.shape)], [slope, kernel])[0],
        kernel: () => kernelSlope,
        bias: () => biasSlope,
      };
    },
  });
}
