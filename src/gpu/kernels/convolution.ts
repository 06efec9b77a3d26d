/**
 * Convolution forward, with what commonly follows it: bias, ReLU, and a 2×2 max pool of stride 2. A thread computes a
 * tile of neighbouring pixels in a vector of channels, so that each weight it loads serves all pixels of the tile, and
 * each pixel all columns of the kernel.
 */
import type { Program } from '../webgpu-backend.js';
import type { ConvolutionShape } from './convolution-shape.js';
import { largestTile } from './occupancy.js';
import {
  bindings,
  coordinates,
  isLarger,
  main,
  relu,
  unroll,
  upTo,
  vectorType,
  vectorWidth,
  workgroupsFor,
} from './wgsl.js';

/** What follows the convolution. */
export interface Epilogue {
  bias: boolean;
  relu: boolean;
  /** A 2×2 max pool of stride 2 without padding; it needs `relu`. */
  pool: boolean;
}

/** In a pool's choices: no pixel of the window was positive, so that the ReLU lets no gradient through. */
export const nothingChosen = 4;

/**
 * The program of a convolution. Its bindings: the result; with `pool`, which pixel of its window each result came from
 * (0 to 3, row by row, or {@link nothingChosen}); the images; the kernel; with `bias`, the bias.
 *
 * ReLU and pool pass a NaN on, as in PyTorch, so that a diverged run is visible.
 */
export function convolutionProgram(
  shape: ConvolutionShape,
  { bias, relu: hasRelu, pool }: Epilogue,
): Program {
  const { batch, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = shape;
  const { kernelHeight, kernelWidth, strideHeight, strideWidth, padTop, padLeft } = shape;
  const width = vectorWidth(outChannels);
  const groups = outChannels / width;
  const vector = vectorType(width);
  const [resultHeight, resultWidth] = pool
    ? [Math.floor(outHeight / 2), Math.floor(outWidth / 2)]
    : [outHeight, outWidth];
  const across = (columns: number) => Math.ceil(resultWidth / (pool ? columns / 2 : columns));
  const rows = pool ? 2 : 1;
  const columns = largestTile(
    pool ? [8, 4, 2] : [8, 4, 2, 1],
    (tile) => batch * resultHeight * across(tile) * groups,
  );
  const tilesAcross = across(columns);

  // Pixels that the tile's row needs, and whether one of them may lie outside the image.
  const patch = (columns - 1) * strideWidth + kernelWidth;
  const lastColumn = (tilesAcross * columns - 1) * strideWidth + kernelWidth - 1 - padLeft;
  const guardColumns = padLeft > 0 || lastColumn >= inWidth;
  const guardRows = padTop > 0 || (outHeight - 1) * strideHeight + kernelHeight - padTop > inHeight;
  const load = (row: number, column: number) => {
    const place = `image[base${row} + ${column * inChannels}]`;
    const inside = [
      ...(guardRows ? [`inside${row}`] : []),
      ...(guardColumns ? [`u32(left + ${column}) < ${inWidth}u`] : []),
    ].join(' && ');
    return `let pixel${row}_${column} = ${inside ? `select(0.0, ${place}, ${inside})` : place};`;
  };

  const tile = upTo(rows).flatMap((row) => upTo(columns).map((column) => ({ row, column })));
  const store = (target: string, column: number, values: string[]) => {
    const guard =
      resultWidth % (pool ? columns / 2 : columns) === 0 ? '' : `if (x + ${column} < ${resultWidth})`;
    return `${guard} { ${values.join(' ')} }`.replaceAll('$place', `${target} + ${column * groups}`);
  };

  const body = `
  ${coordinates({ group: groups, tileX: tilesAcross, y: resultHeight }, 'b')}
  if (b >= ${batch}) { return; }
  let x = tileX * ${pool ? columns / 2 : columns};
  let left = tileX * ${columns * strideWidth} - ${padLeft};
  let top = y * ${rows * strideHeight} - ${padTop};
  ${tile.map(({ row, column }) => `var sum${row}_${column} = ${bias ? 'bias[group]' : `${vector}()`};`).join('\n')}
  for (var channel = 0; channel < ${inChannels}; channel++) {
    for (var kernelY = 0; kernelY < ${kernelHeight}; kernelY++) {
      let weights = (kernelY * ${kernelWidth * inChannels} + channel) * ${groups} + group;
      ${unroll(
        rows,
        (row) => `
      let pixelY${row} = top + ${row * strideHeight} + kernelY;
      ${guardRows ? `let inside${row} = u32(pixelY${row}) < ${inHeight}u;` : ''}
      let base${row} = ((b * ${inHeight} + pixelY${row}) * ${inWidth} + left) * ${inChannels} + channel;
      ${unroll(patch, (column) => load(row, column))}`,
      )}
      ${unroll(
        kernelWidth,
        (kernelX) => `
      let weight${kernelX} = kernel[weights + ${kernelX * inChannels * groups}];
      ${tile
        .map(
          ({ row, column }) =>
            `sum${row}_${column} += pixel${row}_${column * strideWidth + kernelX} * weight${kernelX};`,
        )
        .join('\n')}`,
      )}
    }
  }
  let place = ((b * ${resultHeight} + y) * ${resultWidth} + x) * ${groups} + group;
  ${
    pool
      ? unroll(columns / 2, (window) => {
          const candidates = tile.filter(({ column }) => Math.floor(column / 2) === window);
          return `
  var best${window} = ${vector}();
  var choice${window} = ${vectorType(width, 'i32')}(${nothingChosen});
  ${candidates
    .map(
      ({ row, column }, index) => `
  {
    let better = ${isLarger(width, `sum${row}_${column}`, `best${window}`)};
    best${window} = select(best${window}, sum${row}_${column}, better);
    choice${window} = select(choice${window}, ${vectorType(width, 'i32')}(${index}), better);
  }`,
    )
    .join('')}
  ${store('place', window, [`result[$place] = best${window};`, `choices[$place] = choice${window};`])}`;
        })
      : unroll(columns, (column) => {
          const value = hasRelu ? relu(width, `sum0_${column}`) : `sum0_${column}`;
          return store('place', column, [`result[$place] = ${value};`]);
        })
  }`;

  return {
    label: `convolution${bias ? ', bias' : ''}${hasRelu ? ', ReLU' : ''}${pool ? ', max pool' : ''}`,
    code:
      bindings(
        { result: vector, ...(pool ? { choices: vectorType(width, 'i32') } : {}) },
        { image: 'f32', kernel: vector, ...(bias ? { bias: vector } : {}) },
      ) + main(body),
    workgroups: workgroupsFor(batch * resultHeight * tilesAcross * groups),
  };
}
