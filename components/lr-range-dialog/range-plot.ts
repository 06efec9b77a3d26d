/** The plot of a range test: loss over the logarithm of the learning rate, in units of the drawing. */
import type { RangeTest } from '../../src/lab/index.js';
import { extremesOf } from '../internal/kit/extremes.js';
import { linearTicks } from '../internal/plot/axes/axis-range.js';
import { svgPath } from '../internal/plot/lines/curve-path.js';

/** The size of the drawing, and the margins of its axes. */
export const plotFrame = { width: 640, height: 260, left: 52, right: 12, top: 12, bottom: 30 } as const;

/** A line across the plot. */
interface Tick {
  readonly at: number;
  readonly value: number;
}

/** What is drawn. */
export interface RangePlot {
  readonly raw: string;
  readonly smoothed: string;
  readonly rateTicks: readonly Tick[];
  readonly lossTicks: readonly Tick[];
  /** The position of a rate, from the left. */
  readonly x: (lr: number) => number;
  /** The position of the smoothed curve at a rate, from the top. */
  readonly yAt: (lr: number) => number;
}

/** The highest loss drawn, as a multiple of the level that it may return to: a diverging loss has no limit. */
const mostTimes = 2;

/** The loss of a guess among ten classes: a trained run begins far below it, and returns to it. */
const guess = Math.log(10);

/** The plot of a test with at least one rate. */
export function rangePlot({ lr, loss, smoothed }: RangeTest): RangePlot {
  const { width, height, left, right, top, bottom } = plotFrame;
  const [low, high] = [Math.log10(lr[0]), Math.log10(lr[lr.length - 1])];
  const span = high > low ? high - low : 1;
  const finite = Array.from(smoothed).filter(Number.isFinite);
  const start = finite.at(0) ?? 1;
  const [lowest, highest] = extremesOf(finite);
  const most = Math.min(Math.max(start * 1.05, highest), Math.max(start, guess) * mostTimes);
  const [lowestRaw] = extremesOf(Array.from(loss).filter(Number.isFinite));
  const least = Math.min(lowest, lowestRaw, start);
  const x = (rate: number): number => left + ((Math.log10(rate) - low) / span) * (width - left - right);
  const y = (value: number): number => {
    const share = (Math.max(least, Math.min(value, most)) - least) / (most - least || 1);
    return height - bottom - share * (height - top - bottom);
  };
  const path = (values: Float32Array): string =>
    svgPath(
      Array.from(values, (value) => (Number.isFinite(value) ? value : null)),
      (index) => x(lr[index]),
      y,
    );
  const decades = Array.from(
    { length: Math.max(0, Math.floor(high + 1e-9) - Math.ceil(low - 1e-9) + 1) },
    (_, index) => Math.ceil(low - 1e-9) + index,
  );
  return {
    raw: path(loss),
    smoothed: path(smoothed),
    rateTicks: decades.map((power) => ({ at: x(10 ** power), value: Number(`1e${power}`) })),
    lossTicks: linearTicks([least, most], 5).map((value) => ({ at: y(value), value })),
    x,
    yAt: (rate) => {
      const index = lr.findIndex((each) => each >= rate * (1 - 1e-9));
      const value = smoothed[index === -1 ? smoothed.length - 1 : index];
      return y(Number.isFinite(value) ? value : most);
    },
  };
}
