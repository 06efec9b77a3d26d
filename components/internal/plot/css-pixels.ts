import type uPlot from 'uplot';

/** A width and a height in CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The plot without its axes, in CSS pixels from the corner of the canvas. */
export interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

/** Where the plot is on its canvas. */
export function boxOf({ ctx, bbox, width }: uPlot): Box {
  const ratio = ctx.canvas.width / width;
  return {
    left: bbox.left / ratio,
    top: bbox.top / ratio,
    width: bbox.width / ratio,
    height: bbox.height / ratio,
  };
}

/**
 * Lets one draw in CSS pixels on uPlot's canvas, or on another of its size, and leaves the state as it was.
 */
export function inCssPixels(
  plot: uPlot,
  draw: (context: CanvasRenderingContext2D, box: Box) => void,
  ctx = plot.ctx,
): void {
  const ratio = ctx.canvas.width / plot.width;
  ctx.save();
  ctx.scale(ratio, ratio);
  draw(ctx, boxOf(plot));
  ctx.restore();
}

/** Gives a canvas a size in CSS pixels. One that has it already keeps what is drawn on it. */
export function sizeCanvas(canvas: HTMLCanvasElement, { width, height }: Size, ratio: number): void {
  const [columns, rows] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  canvas.style.inlineSize = `${width}px`;
  canvas.style.blockSize = `${height}px`;
}
