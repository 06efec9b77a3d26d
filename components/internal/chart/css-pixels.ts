import type uPlot from 'uplot';

/** The plot without its axes, in CSS pixels from the corner of the canvas. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
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
