/** Curves as SVG paths, for small plots without axes of their own. */
import { extremesOf } from '../../kit/extremes.js';
import { createColumnGrid, type Slot } from './column-grid.js';
import { ExtremesWriter } from './column-writer.js';
import { traceLine } from './line-path.js';

/** The path of a line through slots, see {@link traceLine}. */
export function svgPath(
  slots: readonly Slot[],
  x: (slot: number) => number,
  y: (value: number) => number,
): string {
  let path = '';
  const draw = (pen: 'M' | 'L') => (left: number, top: number) => {
    path += `${pen}${round(left)} ${round(top)}`;
  };
  traceLine({ moveTo: draw('M'), lineTo: draw('L') }, slots, [0, slots.length], { x, y, stepped: false });
  return path;
}

/**
 * The path of a curve through a box of `width` × `height`, highest value at the top, non-finite values as gaps. Of
 * more values than pixels each column keeps its lowest and its highest, so that no spike is lost.
 */
export function curvePath(values: readonly number[] | Float64Array, width: number, height: number): string {
  const [lowest, highest] = extremesOf(values.filter(Number.isFinite));
  if (lowest > highest) return '';
  // A flat curve runs through the middle.
  const y = (value: number) =>
    highest === lowest ? height / 2 : height - ((value - lowest) / (highest - lowest)) * height;
  // A single point has no length; a level stroke shows it.
  if (values.length === 1) return `M0 ${y(values[0])}L${width} ${y(values[0])}`;
  const grid = createColumnGrid(values.length - 1, width);
  const writer = new ExtremesWriter(grid);
  values.forEach((value, index) => writer.add(index, value));
  return svgPath(writer.slots, (slot) => (grid.x[slot] * width) / grid.steps, y);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
