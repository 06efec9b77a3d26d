import type uPlot from 'uplot';

/** Draws the points of a line as diamonds, where circles are already taken (a path builder for uPlot). */
export const diamonds: uPlot.Series.Points.PathBuilder = (plot, index, first, last) => {
  const series = plot.series[index];
  const radius = (((series.points?.size ?? 7) + 1) / 2) * (plot.ctx.canvas.width / plot.width);
  const shapes = new Path2D();
  for (let slot = first; slot <= last; slot++) {
    const value = plot.data[index][slot];
    if (value === null || value === undefined) continue;
    const x = plot.valToPos(plot.data[0][slot], 'x', true);
    const y = plot.valToPos(value, series.scale ?? 'y', true);
    shapes.moveTo(x, y - radius);
    shapes.lineTo(x + radius, y);
    shapes.lineTo(x, y + radius);
    shapes.lineTo(x - radius, y);
    shapes.closePath();
  }
  return { stroke: shapes, fill: shapes };
};
