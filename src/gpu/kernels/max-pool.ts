/** Max pooling, its gradient, and the gradient of the pool and ReLU that are fused into a convolution. */
import type { Program } from '../webgpu-backend.js';
import { nothingChosen } from './convolution.js';
import {
  bindings,
  coordinates,
  isLarger,
  isNaN,
  main,
  unroll,
  upTo,
  vectorType,
  vectorWidth,
  workgroupsFor,
} from './wgsl.js';

/** The sizes of a max pool over images in NHWC. */
export interface PoolShape {
  batch: number;
  channels: number;
  inHeight: number;
  inWidth: number;
  outHeight: number;
  outWidth: number;
  filterHeight: number;
  filterWidth: number;
  strideHeight: number;
  strideWidth: number;
  padTop: number;
  padLeft: number;
}

/** The position of a window's pixel, and whether the shader must test that it lies inside the image. */
function windowOf({ filterHeight, filterWidth }: PoolShape) {
  return upTo(filterHeight * filterWidth).map((index) => ({
    index,
    row: Math.floor(index / filterWidth),
    column: index % filterWidth,
  }));
}

const mayLeave = (shape: PoolShape): boolean =>
  shape.padTop > 0 ||
  shape.padLeft > 0 ||
  (shape.outHeight - 1) * shape.strideHeight + shape.filterHeight > shape.inHeight ||
  (shape.outWidth - 1) * shape.strideWidth + shape.filterWidth > shape.inWidth;

/** The program of a max pool. Bindings: the result; the images. A NaN is passed on. */
export function maxPoolProgram(shape: PoolShape): Program {
  const { batch, channels, inHeight, inWidth, outHeight, outWidth } = shape;
  const width = vectorWidth(channels);
  const groups = channels / width;
  const guard = mayLeave(shape);
  const body = `
  ${coordinates({ group: groups, x: outWidth, y: outHeight }, 'b')}
  if (b >= ${batch}) { return; }
  let top = y * ${shape.strideHeight} - ${shape.padTop};
  let left = x * ${shape.strideWidth} - ${shape.padLeft};
  let base = ((b * ${inHeight} + top) * ${inWidth} + left) * ${groups} + group;
  var best = ${vectorType(width)}(-3.4028234e38);
  ${windowOf(shape)
    .map(
      ({ row, column }) => `
  ${guard ? `if (u32(top + ${row}) < ${inHeight}u && u32(left + ${column}) < ${inWidth}u)` : ''} {
    let pixel = image[base + ${(row * inWidth + column) * groups}];
    best = select(best, pixel, ${isLarger(width, 'pixel', 'best')});
  }`,
    )
    .join('')}
  result[((b * ${outHeight} + y) * ${outWidth} + x) * ${groups} + group] = best;`;
  return {
    label: 'max pool',
    code: bindings({ result: vectorType(width) }, { image: vectorType(width) }) + main(body),
    workgroups: workgroupsFor(batch * outHeight * outWidth * groups),
  };
}

/**
 * The program of a max pool's gradient: it goes to the first of a window's largest pixels. Bindings: the result; the
 * gradient of the output; the images.
 */
export function maxPoolGradientProgram(shape: PoolShape): Program {
  const { batch, channels, inHeight, inWidth, outHeight, outWidth } = shape;
  const { filterHeight, filterWidth, strideHeight, strideWidth, padTop, padLeft } = shape;
  const width = vectorWidth(channels);
  const groups = channels / width;
  const vector = vectorType(width);
  const guard = mayLeave(shape);
  const window = windowOf(shape);
  // A thread computes one input pixel and looks for it in the windows that contain it.
  const body = `
  ${coordinates({ group: groups, x: inWidth, y: inHeight }, 'b')}
  if (b >= ${batch}) { return; }
  let own = image[((b * ${inHeight} + y) * ${inWidth} + x) * ${groups} + group];
  var sum = ${vector}();
  ${window
    .map(
      ({ index, row, column }) => `
  {
    let top = y - ${row};
    let left = x - ${column};
    let windowY = (top + ${padTop}) / ${strideHeight};
    let windowX = (left + ${padLeft}) / ${strideWidth};
    if (top + ${padTop} >= 0 && left + ${padLeft} >= 0 && windowY < ${outHeight} && windowX < ${outWidth}
      && windowY * ${strideHeight} == top + ${padTop} && windowX * ${strideWidth} == left + ${padLeft}) {
      let base = ((b * ${inHeight} + top) * ${inWidth} + left) * ${groups} + group;
      var chosen = !${isNaN(width, 'own')};
      ${window
        .filter((other) => other.index !== index)
        .map((other) => {
          const inside = `u32(top + ${other.row}) < ${inHeight}u && u32(left + ${other.column}) < ${inWidth}u`;
          const pixel = `image[base + ${(other.row * inWidth + other.column) * groups}]`;
          // Of equals the first is chosen.
          return `${guard ? `if (${inside})` : ''} { chosen = chosen & (own ${other.index < index ? '>' : '>='} ${pixel}); }`;
        })
        .join('\n')}
      sum += select(${vector}(), gradient[((b * ${outHeight} + windowY) * ${outWidth} + windowX) * ${groups} + group], chosen);
    }
  }`,
    )
    .join('')}
  result[((b * ${inHeight} + y) * ${inWidth} + x) * ${groups} + group] = sum;`;
  return {
    label: `max pool, gradient ${filterHeight}×${filterWidth}`,
    code: bindings({ result: vector }, { gradient: vector, image: vector }) + main(body),
    workgroups: workgroupsFor(batch * inHeight * inWidth * groups),
  };
}

/**
 * The gradient through a fused 2×2 pool and ReLU, spread over the convolution's pixels. Bindings: the result; the
 * gradient of the pool's output; the pool's choices.
 */
export function unpoolProgram(
  { batch, outHeight, outWidth }: { batch: number; outHeight: number; outWidth: number },
  channels: number,
): Program {
  const width = vectorWidth(channels);
  const groups = channels / width;
  const vector = vectorType(width);
  const [pooledHeight, pooledWidth] = [Math.floor(outHeight / 2), Math.floor(outWidth / 2)];
  const choices = vectorType(width, 'i32');
  // A last row or column that no window covers counts as a window in which nothing was chosen.
  const [windowsDown, windowsAcross] = [Math.ceil(outHeight / 2), Math.ceil(outWidth / 2)];
  const isWhole = windowsDown === pooledHeight && windowsAcross === pooledWidth;
  const body = `
  ${coordinates({ group: groups, x: windowsAcross, y: windowsDown }, 'b')}
  if (b >= ${batch}) { return; }
  let pooled = ((b * ${pooledHeight} + y) * ${pooledWidth} + x) * ${groups} + group;
  var slope = ${vector}();
  var choice = ${choices}(${nothingChosen});
  ${isWhole ? '' : `if (y < ${pooledHeight} && x < ${pooledWidth})`} {
    slope = gradient[pooled];
    choice = choices[pooled];
  }
  let corner = ((b * ${outHeight} + 2 * y) * ${outWidth} + 2 * x) * ${groups} + group;
  ${unroll(4, (index) => {
    const [row, column] = [Math.floor(index / 2), index % 2];
    const guards = [
      ...(row === 1 && outHeight % 2 === 1 ? [`2 * y + 1 < ${outHeight}`] : []),
      ...(column === 1 && outWidth % 2 === 1 ? [`2 * x + 1 < ${outWidth}`] : []),
    ];
    return `${guards.length > 0 ? `if (${guards.join(' && ')})` : ''} {
    result[corner + ${(row * outWidth + column) * groups}] = select(${vector}(), slope, choice == ${choices}(${index}));
  }`;
  })}`;
  return {
    label: 'ReLU and max pool, gradient',
    code: bindings({ result: vector }, { gradient: vector, choices }) + main(body),
    workgroups: workgroupsFor(batch * windowsDown * windowsAcross * groups),
  };
}

/** The gradient through a ReLU, from its result. Bindings: the gradient of the input; that of the result; the result. */
export function reluGradientProgram(size: number): Program {
  const width = vectorWidth(size);
  const vector = vectorType(width);
  return {
    label: 'ReLU, gradient',
    code:
      bindings({ result: vector }, { gradient: vector, value: vector }) +
      main(`
  if (thread >= ${size / width}u) { return; }
  result[thread] = select(gradient[thread], ${vector}(), value[thread] <= ${vector}());`),
    workgroups: workgroupsFor(size / width),
  };
}
