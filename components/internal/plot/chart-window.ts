/**
 * Which steps a chart shows: all of them, the newest as they come, or a chosen range.
 */

/** A range of steps, fixed or moving. */
export type ChartWindow =
  { kind: 'whole' } | { kind: 'follow'; span: number } | { kind: 'fixed'; from: number; to: number };

/** The steps that exist: `0 … steps`, of which `newest` is the last one made. */
export interface Extent {
  readonly steps: number;
  readonly newest: number;
}

/** The first and the last step shown. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A change of the window: from the current one to the next. */
export type WindowChange = (window: ChartWindow, extent: Extent) => ChartWindow;

/** The factor by which a key or a button zooms. */
export const zoomStep = 2;
/** The fewest steps that a window shows. */
const fewest = 10;
/** The position of the newest step in a chart that follows it, as a share of its width, give or take half a jump. */
const newestAt = 0.75;
/** How far such a chart jumps, as a share of its width. Between jumps only new values are drawn. */
const jump = 1 / 8;

/** The window that shows everything. */
export const whole: ChartWindow = { kind: 'whole' };

/** The steps that a window shows. */
export function spanOf(window: ChartWindow, { steps, newest }: Extent): Span {
  switch (window.kind) {
    case 'whole':
      return { from: 0, to: steps };
    case 'follow': {
      const { span } = window;
      const jumps = Math.round((newest / span - newestAt) / jump);
      return within(jumps * jump * span, span, steps);
    }
    case 'fixed':
      return within(window.from, window.to - window.from, steps);
  }
}

/** The window after a zoom by a factor (below 1: closer) that keeps the step `around` in position. */
export function zoomed(window: ChartWindow, extent: Extent, factor: number, around: number): ChartWindow {
  const { from, to } = spanOf(window, extent);
  const size = Math.round(Math.max(Math.min(fewest, extent.steps), (to - from) * factor));
  if (size >= extent.steps) return whole;
  if (window.kind === 'follow') return { kind: 'follow', span: size };
  const left = around - ((around - from) * size) / Math.max(1, to - from);
  return fixed(within(left, size, extent.steps));
}

/** The window moved by a number of steps. */
export function panned(window: ChartWindow, extent: Extent, by: number): ChartWindow {
  const { from, to } = spanOf(window, extent);
  if (to - from >= extent.steps) return window;
  return fixed(within(from + by, to - from, extent.steps));
}

/** The window that shows exactly these steps. */
export function between(one: number, other: number, { steps }: Extent): ChartWindow {
  const size = Math.max(Math.min(fewest, steps), Math.abs(other - one));
  return size >= steps ? whole : fixed(within(Math.min(one, other), size, steps));
}

/** The window that follows the newest step, with the current number of steps. */
export function following(window: ChartWindow, extent: Extent): ChartWindow {
  const { from, to } = spanOf(window, extent);
  const span = window.kind === 'whole' ? Math.max(40, Math.round(extent.steps / 5)) : to - from;
  return { kind: 'follow', span: Math.min(span, extent.steps) };
}

/** What a key does to the window: plus and minus zoom around a step, 0 shows everything, f follows the newest step. */
export function windowAfterKey(key: string, around: number): WindowChange | undefined {
  switch (key) {
    case '+':
    case '=':
      return (window, extent) => zoomed(window, extent, 1 / zoomStep, around);
    case '-':
    case '_':
      return (window, extent) => zoomed(window, extent, zoomStep, around);
    case '0':
      return () => whole;
    case 'f':
      return following;
    default:
      return undefined;
  }
}

/** The window moved just far enough to contain a step. */
export function showing(window: ChartWindow, extent: Extent, step: number): ChartWindow {
  const { from, to } = spanOf(window, extent);
  if (step >= from && step <= to) return window;
  return panned(window, extent, step < from ? step - from : step - to);
}

function within(from: number, size: number, steps: number): Span {
  const length = Math.min(Math.round(size), steps);
  const start = Math.round(Math.min(Math.max(from, 0), steps - length));
  return { from: start, to: start + length };
}

const fixed = ({ from, to }: Span): ChartWindow => ({ kind: 'fixed', from, to });
