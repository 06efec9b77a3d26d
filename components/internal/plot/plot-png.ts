import { titleHeight, type PlotPicture } from './plot-picture.js';
import type { StepPlot } from './step-plot.js';

/** A plot as a PNG file: what is on its canvases, with the title and the names of the lines. */
export async function plotPng(plot: StepPlot, picture: PlotPicture): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height } = plot.canvas;
  const ratio = width / picture.size.width;
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height + Math.round(titleHeight * ratio);
  const context = canvas.getContext('2d')!;
  context.fillStyle = picture.surface;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.save();
  context.translate(0, canvas.height - height);
  plot.paint(context);
  context.restore();
  context.scale(ratio, ratio);
  context.translate(0, titleHeight);
  // The canvases have the other texts already.
  for (const { x, y, text, color } of picture.texts.filter(({ bold }) => bold === true)) {
    context.font = `bold ${picture.fontSize}px ${picture.fontFamily}`;
    context.fillStyle = color;
    context.fillText(text, x, y);
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob === null) throw new Error(`a canvas of ${canvas.width} × ${canvas.height} pixels made no PNG.`);
  return new Uint8Array(await blob.arrayBuffer());
}
