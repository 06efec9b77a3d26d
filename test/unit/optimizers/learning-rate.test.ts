/** A changed learning rate takes effect in the next update; in tf.js's own SGD and Momentum an assignment has no effect. */
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';

import { createOptimizer } from '../../../src/optimizers/index.js';
import type { OptimizerOptions } from '../../../src/optimizers/index.js';

const everyOptimizer: OptimizerOptions[] = [
  { type: 'SGD', lr: 0.5 },
  { type: 'SGD', lr: 0.5, momentum: 0.9 },
  { type: 'SGD', lr: 0.5, momentum: 0.9, nesterov: true },
  { type: 'Adam', lr: 0.5 },
  { type: 'Adam', lr: 0.5, amsgrad: true },
];

/** The size of the second update, made with this rate after a first one with the configured rate. */
function secondUpdate(options: OptimizerOptions, lr: number): number {
  const variable = tf.variable(tf.scalar(3));
  const optimizer = createOptimizer([{ name: 'weight', variable }], options);
  const gradient = tf.scalar(0.25);
  optimizer.step([gradient]);
  const [before] = variable.dataSync();
  optimizer.paramGroups[0].lr = lr;
  optimizer.step([gradient]);
  const [after] = variable.dataSync();
  optimizer.dispose();
  tf.dispose([variable, gradient]);
  return before - after;
}

describe('a changed learning rate', () => {
  it.each(everyOptimizer.map((options) => [JSON.stringify(options), options] as const))(
    'scales the next update of %s',
    (_, options) => {
      const whole = secondUpdate(options, 0.5);
      expect(whole).toBeGreaterThan(0);
      expect(secondUpdate(options, 0.05) / whole).toBeCloseTo(0.1, 5);
    },
  );
});
