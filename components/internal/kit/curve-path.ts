import { extremesOf } from './extremes.js';

type Values = readonly number[] | Float64Array;

/**
 * The path of a curve through a box of `width` × `height`, highest value at the top, non-finite values as gaps. Of
 * more values than pixels each column keeps its first, lowest, highest and last one, so that no spike is lost.
 */
export function curvePath(values: Values, width: number, height: number): string {
  const [lowest, highest] = extremesOf(values.filter(Number.isFinite));
  if (lowest > highest) return '';
  const across = width / Math.max(1, values.length - 1);
  // A flat curve runs through the middle.
  const y = (value: number) =>
    highest === lowest ? height / 2 : height - ((value - lowest) / (highest - lowest)) * height;

  let path = '';
  let pen = 'M';
  for (const index of columnExtremes(values, Math.max(1, Math.floor(width)))) {
    const value = values[index];
    if (!Number.isFinite(value)) {
      pen = 'M';
      continue;
    }
    path += `${pen}${round(index * across)} ${round(y(value))}`;
    pen = 'L';
  }
  // A single point has no length; a level stroke shows it.
  return values.length === 1 ? `${path}L${width} ${round(y(values[0]))}` : path;
}

/** The indices worth drawing: all of few values, else four for each column. */
function columnExtremes(values: Values, columns: number): number[] {
  const { length } = values;
  if (length <= columns * 4) return Array.from({ length }, (_, index) => index);
  const indices: number[] = [];
  for (let column = 0; column < columns; column++) {
    const first = Math.floor((column * length) / columns);
    const last = Math.floor(((column + 1) * length) / columns) - 1;
    let lowest = first;
    let highest = first;
    for (let index = first + 1; index <= last; index++) {
      if (values[index] < values[lowest]) lowest = index;
      if (values[index] > values[highest]) highest = index;
    }
    indices.push(...[...new Set([first, lowest, highest, last])].sort((one, other) => one - other));
  }
  return indices;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
