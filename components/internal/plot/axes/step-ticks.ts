import type { PlotScene } from '../plot-scene.js';
import { linearTicks, type Bounds } from './axis-range.js';

/** The least distance between two labels of the step axis, in CSS pixels. */
const epochLabelWidth = 24;
const stepLabelWidth = 60;

/** The labelled steps of an axis, and the word before the labels. */
export interface StepTicks {
  readonly steps: number[];
  readonly labels: string[];
  readonly label: string;
}

/** The labels of the step axis: the ends of epochs, or round steps where fewer than three of those are shown. */
export function stepTicks(scene: PlotScene, width: number): StepTicks {
  const { grid, stepsPerEpoch, epochLabel, stepLabel, formatStep } = scene;
  const epochs = [Math.ceil(grid.from / stepsPerEpoch), Math.floor(grid.steps / stepsPerEpoch)] as Bounds;
  if (epochLabel !== undefined && stepsPerEpoch > 0 && epochs[1] - epochs[0] >= 2) {
    const ticks = linearTicks(epochs, Math.floor(width / epochLabelWidth), true);
    return {
      steps: ticks.map((epoch) => epoch * stepsPerEpoch),
      labels: ticks.map(formatStep),
      label: epochLabel,
    };
  }
  const steps = linearTicks([grid.from, grid.steps], Math.floor(width / stepLabelWidth), true);
  return { steps, labels: steps.map(formatStep), label: stepLabel };
}
