/** A dense layer forward and back: a matrix product with few columns, its bias and its ReLU. */
import type { Program } from '../webgpu-backend.js';
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
export function denseProgram({ batch, inputs, outputs }: DenseShape, hasRelu: boolean): Program {
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
export function denseKernelGradientProgram({ batch, inputs, outputs }: DenseShape): Program {
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
export function denseInputGradientProgram({ batch, inputs, outputs }: DenseShape): Program {
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
