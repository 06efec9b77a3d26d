/** Which metric a name means. */
import type { Monitor } from '../../policy.js';

/** The names under which programs keep each metric. */
const metricNames: Readonly<Record<string, Monitor>> = {
  train_loss: 'trainLoss',
  training_loss: 'trainLoss',
  val_loss: 'valLoss',
  valid_loss: 'valLoss',
  validation_loss: 'valLoss',
  val_accuracy: 'valAccuracy',
  val_acc: 'valAccuracy',
  validation_accuracy: 'valAccuracy',
};

/** The metric of a name, if it says which. */
export function metricNamed(name: string): Monitor | undefined {
  return Object.hasOwn(metricNames, name) ? metricNames[name] : undefined;
}
