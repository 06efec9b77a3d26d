/** When a metric counts as better, for ReduceLROnPlateau. */
import { print, SchedulerError } from './scheduler-error.js';

/** Whether lower metrics are better, or higher ones. */
export const plateauModes = ['min', 'max'] as const;

/** Whether the threshold is a share of the best metric, or a distance from it. */
export const thresholdModes = ['rel', 'abs'] as const;

/** Whether lower metrics are better, or higher ones. */
export type PlateauMode = (typeof plateauModes)[number];

/** Whether the threshold is a share of the best metric, or a distance from it. */
export type ThresholdMode = (typeof thresholdModes)[number];

/** A metric that is worse than any other. */
export function worstMetric(mode: PlateauMode): number {
  return mode === 'min' ? Infinity : -Infinity;
}

/**
 * Whether a metric is better than the best so far by more than the threshold. NaN is never better. A relative threshold
 * multiplies the best metric, so for negative metrics it is looser where it should be stricter, as in PyTorch.
 */
export function isBetter(
  metric: number,
  best: number,
  { mode, threshold, thresholdMode }: { mode: PlateauMode; threshold: number; thresholdMode: ThresholdMode },
): boolean {
  if (mode === 'min') return metric < (thresholdMode === 'rel' ? best * (1 - threshold) : best - threshold);
  return metric > (thresholdMode === 'rel' ? best * (1 + threshold) : best + threshold);
}

/** Throws unless `metric` is a number; NaN counts as one, and is the worst. */
export function checkMetric(type: string, metric: unknown): asserts metric is number {
  if (typeof metric === 'number') return;
  throw new SchedulerError({
    code: 'missing-metric',
    pythonError: 'TypeError',
    message: `${type}: step() needs a metric, a number, but got ${print(metric)}.`,
    received: print(metric),
    accepted: 'a number',
  });
}
