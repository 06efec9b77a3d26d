/**
 * The gradients of a convolution's kernel and bias: sums over all images and pixels, far more terms than results. The
 * sum is cut into parts that threads add up side by side, and a second program adds the parts, always in the same order:
 * without float atomics the same numbers give the same sum, bit for bit.
 */
import type { Program } from '../webgpu-backend.js';
import type { ConvolutionShape } from './convolution-shape.js';
import { partsFor } from './occupancy.js';
import {
  bindings,
  coordinates,
  divisors,
  main,
  unroll,
  upTo,
  vectorType,
  vectorWidth,
  workgroupsFor,
} from './wgsl.js';

/** Columns of the kernel times channels whose sums a thread keeps, in vectors. */
const mostSums = 12;

/** What the two programs have in common. */
export interface FilterGradientPlan {
  /** The parts of the sum; one element of each makes a result. */
  parts: number;
  /** Numbers in one part: the kernel's gradient, then the bias's. */
  partSize: number;
  /** Adds up the parts. Bindings: the parts; the gradient of the result; the images. */
  partial: Program;
  /** Adds the parts. Bindings: the kernel's gradient; the bias's gradient, unless left out; the parts. */
  total: (withBias: boolean) => Program;
}

/** The programs for the gradient of a convolution's kernel and bias. */
export function filterGradientPlan(shape: ConvolutionShape): FilterGradientPlan {
  const { batch, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = shape;
  const { kernelHeight, kernelWidth, strideHeight, strideWidth, padTop, padLeft } = shape;
  const width = vectorWidth(outChannels);
  const groups = outChannels / width;
  const vector = vectorType(width);
  const channels = divisors(inChannels, Math.max(1, Math.floor(mostSums / kernelWidth)))[0];
  const blocks = inChannels / channels;

  const threads = kernelHeight * blocks * groups;
  const wanted = partsFor(threads);
  const images = Math.max(1, Math.floor(batch / wanted));
  const imageParts = Math.ceil(batch / images);
  const rowParts = divisors(outHeight, Math.max(1, Math.ceil(wanted / imageParts)))[0];
  const parts = imageParts * rowParts;
  const rows = outHeight / rowParts;
  const vectorsInKernel = kernelHeight * kernelWidth * inChannels * groups;

  // A segment of a row at a time; a whole row where it divides badly.
  const [largest] = divisors(outWidth, 4);
  const segment = largest < 2 && outWidth <= 16 ? outWidth : largest;
  const patch = (segment - 1) * strideWidth + kernelWidth;
  const isWholeRow = segment === outWidth;
  const guardRows = padTop > 0 || (outHeight - 1) * strideHeight + kernelHeight - padTop > inHeight;
  const guardColumns = padLeft > 0 || (outWidth - 1) * strideWidth + kernelWidth - padLeft > inWidth;
  // Channels are loaded as one vector where their number is one.
  const pixelWidth = channels === 4 || channels === 2 ? channels : 1;
  const pixelType = vectorType(pixelWidth);
  const load = (column: number, channel: number) => {
    const name = `let pixel${column}_${channel}`;
    const place = `image[base + ${(column * inChannels + channel) / pixelWidth}]`;
    if (!guardColumns) return `${name} = ${place};`;
    if (isWholeRow) {
      const isInside = column >= padLeft && column - padLeft < inWidth;
      return `${name} = ${isInside ? place : `${pixelType}()`};`;
    }
    return `${name} = select(${pixelType}(), ${place}, u32(left + ${column}) < ${inWidth}u);`;
  };
  const pixel = (column: number, channel: number) =>
    pixelWidth === 1 ? `pixel${column}_${channel}` : `pixel${column}_0[${channel}]`;

  const body = `
  ${coordinates({ group: groups, block: blocks, kernelY: kernelHeight, rowPart: rowParts }, 'imagePart')}
  if (imagePart >= ${imageParts}) { return; }
  let channel = block * ${channels};
  var bias = ${vector}();
  ${unroll(kernelWidth, (kernelX) => unroll(channels, (channel) => `var sum${kernelX}_${channel} = ${vector}();`))}
  for (var b = imagePart * ${images}; b < min(imagePart * ${images} + ${images}, ${batch}); b++) {
    for (var y = rowPart * ${rows}; y < rowPart * ${rows} + ${rows}; y++) {
      let pixelY = y * ${strideHeight} + kernelY - ${padTop};
      ${guardRows ? `let inside = u32(pixelY) < ${inHeight}u;` : ''}
      for (var x = 0; x < ${outWidth}; x += ${segment}) {
        let gradients = ((b * ${outHeight} + y) * ${outWidth} + x) * ${groups} + group;
        ${unroll(segment, (column) => `let slope${column} = gradient[gradients + ${column * groups}];\nbias += slope${column};`)}
        ${guardRows ? 'if (!inside) { continue; }' : ''}
        let left = x * ${strideWidth} - ${padLeft};
        let base = (((b * ${inHeight} + pixelY) * ${inWidth} + left) * ${inChannels} + channel) / ${pixelWidth};
        ${unroll(channels, (channel) =>
          [
            ...(channel % pixelWidth === 0 ? upTo(patch).map((column) => load(column, channel)) : []),
            ...upTo(kernelWidth).flatMap((kernelX) =>
              upTo(segment).map(
                (column) =>
                  `sum${kernelX}_${channel} += ${pixel(column * strideWidth + kernelX, channel)} * slope${column};`,
              ),
            ),
          ].join('\n'),
        )}
      }
    }
  }
  let part = (imagePart * ${rowParts} + rowPart) * ${vectorsInKernel + groups};
  let place = part + (kernelY * ${kernelWidth * inChannels} + channel) * ${groups} + group;
  ${unroll(kernelWidth, (kernelX) =>
    unroll(
      channels,
      (channel) => `parts[place + ${(kernelX * inChannels + channel) * groups}] = sum${kernelX}_${channel};`,
    ),
  )}
  if (kernelY == 0 && block == 0) { parts[part + ${vectorsInKernel} + group] = bias; }`;

  const total = (withBias: boolean): Program => {
    const results = vectorsInKernel + (withBias ? groups : 0);
    return {
      label: 'convolution, filter gradient: total',
      code:
        bindings(
          { kernelGradient: vector, ...(withBias ? { biasGradient: vector } : {}) },
          { parts: vector },
        ) +
        main(`
  if (thread >= ${results}u) { return; }
  var sum = ${vector}();
  for (var part = 0u; part < ${parts}u; part++) { sum += parts[part * ${vectorsInKernel + groups}u + thread]; }
  ${
    withBias
      ? `if (thread < ${vectorsInKernel}u) { kernelGradient[thread] = sum; } else { biasGradient[thread - ${vectorsInKernel}u] = sum; }`
      : 'kernelGradient[thread] = sum;'
  }`),
      workgroups: workgroupsFor(results),
    };
  };

  return {
    parts,
    partSize: (vectorsInKernel + groups) * width,
    partial: {
      label: 'convolution, filter gradient',
      code: bindings({ parts: vector }, { gradient: vector, image: pixelType }) + main(body),
      workgroups: workgroupsFor(threads * parts),
    },
    total,
  };
}
