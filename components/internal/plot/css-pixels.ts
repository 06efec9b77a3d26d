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

/** The box of the plot on its canvas. */
export function boxOf({ ctx, bbox, width }: uPlot): Box {
  const ratio = ctx.canvas.width / width;
  return {
    left: bbox.left / ratio,
    top: bbox.top / ratio,
    width: bbox.width / ratio,
    height: bbox.height / ratio,
  };
}

/** Draws in CSS pixels on uPlot's canvas, or on another of its size, and restores its state. */
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

/** Gives a canvas a size in CSS pixels. If it has that size already, its drawing stays. */
export function sizeCanvas(canvas: HTMLCanvasElement, { width, height }: Size, ratio: number): void {
  const [columns, rows] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  canvas.style.inlineSize = `${width}px`;
  canvas.style.blockSize = `${height}px`;
}
