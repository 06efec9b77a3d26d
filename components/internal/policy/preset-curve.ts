import type { PresetId } from '../../../src/policy/index.js';
import { curveOf } from './schedule-curve.js';

/** Enough steps for the shape of every preset, and cheap to draw. */
const plan = { lr: 0.1, steps: 240, stepsPerEpoch: 20 } as const;

/** A loss that falls and then stalls, for the presets that watch one. */
const stalling = (epoch: number): number => Math.max(0.5, 1 - epoch / 8);

/** The learning rates of a preset over a small training of its own, for its picture; the picture is always the same. */
export function presetCurve(id: PresetId): Float64Array {
  return curveOf(id, null, { ...plan, scale: 'linear', metric: stalling }).lr[0];
}
