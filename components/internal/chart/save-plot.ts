import { download } from '../kit/download.js';
import { pictureOf } from '../plot/picture-of.js';
import { pictureSvg } from '../plot/plot-picture.js';
import { plotPng } from '../plot/plot-png.js';
import type { StepPlot } from '../plot/step-plot.js';

/** Saves a plot as a file: `name.svg` or `name.png`. */
export async function savePlot(
  plot: StepPlot,
  kind: 'svg' | 'png',
  { name, title }: { readonly name: string; readonly title: string },
): Promise<void> {
  const picture = pictureOf(plot.drawing, title);
  if (kind === 'svg')
    download([{ name: `${name}.svg`, type: 'image/svg+xml', content: pictureSvg(picture) }]);
  else download([{ name: `${name}.png`, type: 'image/png', content: await plotPng(plot, picture) }]);
}
