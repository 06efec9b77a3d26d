import * as tf from '@tensorflow/tfjs-core';

import { DeviceImages } from '../image-source.js';
import { EagerStep } from './eager-step.js';
import { ReplayedStep } from './replayed-step.js';
import type { StepParts, TrainStep } from './train-step.js';

/** The training step that suits the backend; with `capture` false tf.js makes every step. */
export function chooseStep(parts: StepParts, capture: boolean): TrainStep {
  if (tf.getBackend() !== 'webgpu')
    return new EagerStep(parts, `tf.js computes on "${tf.getBackend()}", whose steps cannot be replayed`);
  const { images } = parts;
  if (!(images instanceof DeviceImages))
    return new EagerStep(parts, 'the data set is larger than a buffer of this device');
  return parts.optimizer.canFuse
    ? new ReplayedStep({ ...parts, images }, capture)
    : new EagerStep(parts, 'the network is larger than a buffer of this device');
}
