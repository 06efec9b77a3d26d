/**
 * The gradient of a convolution's input: each input pixel gathers from the results that it contributed to. A thread
 * computes neighbouring pixels of a row in a few channels. Which kernel column joins an input and an output column is
 * known when the shader is written; over a whole row so are the image's sides, and nothing is tested while it runs.
 */
import type { Program } from '../webgpu-backend.js';
import type { ConvolutionShape } from './convolution-shape.js';
import { largestTile } from './occupancy.js';
import {
  bindings,
  coordinates,
  divisors,
  dot,
  main,
  unroll,
  upTo,
  vectorType,
  vectorWidth,
  workgroupsFor,
} from './wgsl.js';

/** Rows up to this width are computed whole. */
const widestRow = 14;

/** Sums that a thread keeps. */
const mostSums = 28;

/** The program of a convolution's input gradient. Bindings: the result; the gradient of the output; the kernel. */
export function inputGradientProgram(shape: ConvolutionShape): Program {
  const { batch, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = shape;
  const { kernelHeight, kernelWidth, strideHeight, strideWidth, padTop, padLeft } = shape;
  const width = vectorWidth(outChannels);
  const groups = outChannels / width;
  const vector = vectorType(width);
  const isWholeRow = inWidth <= widestRow;
  // A multiple of the stride, so that all segments are alike.
  const pixels = isWholeRow ? inWidth : Math.ceil(8 / strideWidth) * strideWidth;
  const across = Math.ceil(inWidth / pixels);
  const channels = largestTile(
    divisors(inChannels, Math.max(1, Math.min(4, Math.floor(mostSums / pixels)))),
    (tile) => (batch * inHeight * across * inChannels) / tile,
  );
  const blocks = inChannels / channels;

  /** Pairs of a pixel and a kernel column that meet, with the output column, counted from the segment's first. */
  const meetings = upTo(pixels).flatMap((pixel) =>
    upTo(kernelWidth).flatMap((kernelX) => {
      const distance = pixel + padLeft - kernelX;
      const column = distance / strideWidth;
      if (distance % strideWidth !== 0 || (isWholeRow && (column < 0 || column >= outWidth))) return [];
      return [{ pixel, kernelX, column }];
    }),
  );
  const slope = (column: number) => `slope${column < 0 ? `Minus${-column}` : column}`;
  const columns = [...new Set(meetings.map(({ column }) => column))].sort((a, b) => a - b);
  const load = (column: number) => {
    const place = `gradient[base + ${column * groups}]`;
    return `let ${slope(column)} = ${
      isWholeRow ? place : `select(${vector}(), ${place}, u32(first + ${column}) < ${outWidth}u)`
    };`;
  };

  const body = `
  ${coordinates({ block: blocks, segment: across, y: inHeight }, 'b')}
  if (b >= ${batch}) { return; }
  let x = segment * ${pixels};
  let first = segment * ${isWholeRow ? 0 : pixels / strideWidth};
  let channel = block * ${channels};
  ${unroll(pixels, (pixel) => unroll(channels, (channel) => `var sum${pixel}_${channel} = 0.0;`))}
  for (var kernelY = 0; kernelY < ${kernelHeight}; kernelY++) {
    let distance = y + ${padTop} - kernelY;
    let row = distance / ${strideHeight};
    if (distance < 0 || row >= ${outHeight}${strideHeight > 1 ? ` || distance % ${strideHeight} != 0` : ''}) { continue; }
    for (var group = 0; group < ${groups}; group++) {
      let base = ((b * ${outHeight} + row) * ${outWidth} + first) * ${groups} + group;
      let weights = (kernelY * ${kernelWidth * inChannels} + channel) * ${groups} + group;
      ${columns.map(load).join('\n')}
      ${unroll(kernelWidth, (kernelX) =>
        unroll(channels, (channel) => {
          const meeting = meetings.filter((each) => each.kernelX === kernelX);
          if (meeting.length === 0) return '';
          const weight = `weight${kernelX}_${channel}`;
          return [
            `let ${weight} = kernel[weights + ${(kernelX * inChannels + channel) * groups}];`,
            ...meeting.map(
              ({ pixel, column }) => `sum${pixel}_${channel} += ${dot(width, slope(column), weight)};`,
            ),
          ].join('\n');
        }),
      )}
    }
  }
  let place = ((b * ${inHeight} + y) * ${inWidth} + x) * ${inChannels} + channel;
  ${unroll(pixels, (pixel) => {
    const stores = upTo(channels).map(
      (channel) => `result[place + ${pixel * inChannels + channel}] = sum${pixel}_${channel};`,
    );
    return `${inWidth % pixels === 0 ? '' : `if (x + ${pixel} < ${inWidth})`} { ${stores.join(' ')} }`;
  })}`;

  return {
    label: 'convolution, input gradient',
    code: bindings({ result: 'f32' }, { gradient: vector, kernel: vector }) + main(body),
    workgroups: workgroupsFor(batch * inHeight * across * blocks),
  };
}
