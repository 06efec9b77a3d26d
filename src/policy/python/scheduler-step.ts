/** The call of a scheduler's `step`: at which interval it happens, how often, and with which metric. */
import type { Monitor } from '../policy.js';
import type { Expression } from './python-expression.js';
import { intervalIn } from './python-loop.js';
import type { Loop, Place } from './python-loop.js';
import { adapterName } from './python-names.js';
import { PythonRefusal } from './python-refusal.js';
import type { BuiltScheduler, Value } from './python-value.js';

/** One call of a scheduler's `step`. */
export interface StepCall {
  readonly scheduler: BuiltScheduler;
  readonly line: number;
  readonly interval: 'epoch' | 'step';
  readonly frequency: number;
  readonly metric: Monitor | undefined;
  /** The list out of which the scheduler was taken by its index. */
  readonly list: readonly Value[] | undefined;
  /** The outermost loop around it. */
  readonly root: Loop;
}

/** The names under which a script may keep each metric. */
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

/**
 * Reads a call of `step`. `handed` is the metric that was last put into the adapter.
 *
 * @throws PythonRefusal where no policy steps like that.
 */
export function stepCallOf(
  { positional, keywords, line }: Expression & { type: 'call' },
  scheduler: BuiltScheduler,
  list: readonly Value[] | undefined,
  handed: Monitor | undefined,
  { loops, frequency, blocked }: Place,
): StepCall {
  const refuse = (reason: string, accepted = ''): never => {
    throw new PythonRefusal('python-stepping', line, reason, { accepted });
  };
  const { type, parent, passMetrics } = scheduler;
  if (blocked !== undefined) refuse(blocked);
  if (parent !== undefined) refuse(`this ${type} is stepped by the ${parent.type} that holds it`);
  const skipping = loops.find((loop) => loop.skippedAt !== undefined);
  if (skipping) refuse(`the continue of line ${String(skipping.skippedAt)} may skip this step`);

  const argument = positional.at(0) ?? keywords.at(0)?.value;
  let metric: Monitor | undefined;
  if (type === 'ReduceLROnPlateau') {
    if (!argument) {
      throw new PythonRefusal('python-metric', line, `${type} needs a metric`, {
        accepted: 'step(val_loss)',
      });
    }
    metric = metricOf(argument, line);
  } else {
    if (argument)
      refuse(`${type} is stepped to an epoch given by hand; a policy steps without one`, 'step()');
    if (passMetrics && handed === undefined) {
      const reason = `no metric is handed to the ReduceLROnPlateau in this ${type}`;
      throw new PythonRefusal('python-metric', line, reason, {
        accepted: `${adapterName}.metric = val_loss`,
      });
    }
    metric = passMetrics ? handed : undefined;
  }
  const interval = intervalIn(loops, line);
  loops[loops.length - 1].steppedAt = line;
  return { scheduler, line, interval, frequency, metric, list, root: loops[0] };
}

/** @throws PythonRefusal for anything but a name that a metric is known by. */
export function metricOf(expression: Expression | undefined, line: number): Monitor {
  const name = expression?.type === 'name' ? expression.name : '';
  if (Object.hasOwn(metricNames, name)) return metricNames[name];
  throw new PythonRefusal(
    'python-metric',
    line,
    `${name || 'this'} is not a metric that a policy can watch`,
    {
      received: name,
      accepted: 'train_loss | val_loss | val_accuracy',
    },
  );
}
