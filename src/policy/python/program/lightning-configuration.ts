/** What `configure_optimizers` of Lightning returns: optimizers, and how each scheduler is stepped. */
import { intervals, monitors } from '../../policy.js';
import type { Interval, Monitor } from '../../policy.js';
import { metricNamed } from '../names/metric-names.js';
import { Question } from '../outcome/answers.js';
import { PythonRefusal } from '../outcome/python-refusal.js';
import type { State } from '../state/state.js';
import { describeValue } from '../values/describe-value.js';
import { entriesOf, itemsOf } from '../values/make-values.js';
import type { Key, OptimizerValue, SchedulerValue, Value } from '../values/value.js';

/** One scheduler of a configuration. */
interface ConfiguredScheduler {
  readonly scheduler: SchedulerValue;
  readonly interval: Interval;
  readonly frequency: number;
  readonly monitor: Monitor | undefined;
}

/** What a configuration says. */
export interface Configuration {
  readonly optimizers: readonly OptimizerValue[];
  readonly schedulers: readonly ConfiguredScheduler[];
  /** The `max_epochs` of the Trainer that fits the module. */
  readonly epochs?: number | undefined;
}

/** Whether a value looks like a configuration: an optimizer, or lists or dictionaries that hold one. */
export function isConfiguration(value: Value): boolean {
  if (value.type === 'optimizer') return true;
  if (entriesOf(value)?.get('optimizer')?.type === 'optimizer') return true;
  const items = itemsOf(value) ?? [];
  return items.some(
    (item) =>
      item.type === 'optimizer' ||
      (itemsOf(item) ?? []).some(({ type }) => type === 'optimizer') ||
      entriesOf(item)?.get('optimizer')?.type === 'optimizer',
  );
}

/** @throws PythonRefusal for what Lightning would not take, Question for what the code does not tell. */
export function readConfiguration(state: State, value: Value, line: number): Configuration {
  return new ConfigurationReader(state, line).read(value);
}

class ConfigurationReader {
  private readonly state: State;
  private readonly line: number;

  constructor(state: State, line: number) {
    this.state = state;
    this.line = line;
  }

  read(value: Value): Configuration {
    if (value.type === 'optimizer') return { optimizers: [value], schedulers: [] };
    const entries = entriesOf(value);
    if (entries) return this.dictionary(entries);
    const items = itemsOf(value);
    if (!items) throw this.refusal(`configure_optimizers returns ${describeValue(value)}`);
    const [first, second] = items;
    // `return [optimizer], [scheduler]`
    const isPair =
      items.length === 2 &&
      itemsOf(first) !== undefined &&
      (itemsOf(second) !== undefined || second.type === 'dictionary' || second.type === 'scheduler');
    if (isPair) {
      const optimizers = (itemsOf(first) ?? []).map((item) => this.optimizer(item));
      const configured = (itemsOf(second) ?? [second]).map((item) => this.scheduler(item));
      return { optimizers, schedulers: configured };
    }
    const all = items.map((item) => this.read(item));
    return {
      optimizers: all.flatMap(({ optimizers }) => optimizers),
      schedulers: all.flatMap(({ schedulers }) => schedulers),
    };
  }

  private dictionary(entries: ReadonlyMap<Key, Value>): Configuration {
    const optimizer = entries.get('optimizer');
    const config = entries.get('lr_scheduler');
    if (!optimizer) throw this.refusal('the dictionary that configure_optimizers returns has no "optimizer"');
    const schedulers =
      config === undefined || config.type === 'none' ? [] : [this.scheduler(config, entries.get('monitor'))];
    return { optimizers: [this.optimizer(optimizer)], schedulers };
  }

  private optimizer(value: Value): OptimizerValue {
    if (value.type === 'optimizer') return value;
    if (value.type === 'unknown' && value.optimizer?.content) return value.optimizer.content;
    throw this.refusal(`configure_optimizers returns ${describeValue(value)} for an optimizer`);
  }

  private scheduler(value: Value, outerMonitor?: Value): ConfiguredScheduler {
    if (value.type === 'scheduler') {
      return {
        scheduler: value,
        interval: 'epoch',
        frequency: 1,
        monitor: this.monitor(value, outerMonitor),
      };
    }
    const entries = entriesOf(value);
    const scheduler = entries?.get('scheduler');
    if (!entries || scheduler?.type !== 'scheduler')
      throw this.refusal(`configure_optimizers returns ${describeValue(value)} for a scheduler`);
    const interval = entries.get('interval');
    const word = interval === undefined ? 'epoch' : interval.type === 'string' ? interval.value : '';
    const known = intervals.find((candidate) => candidate === word);
    if (!known)
      throw this.refusal(`"interval" is ${interval ? describeValue(interval) : ''}`, '"step" | "epoch"');
    const frequency = entries.get('frequency');
    const count = frequency === undefined ? 1 : frequency.type === 'number' ? frequency.value : undefined;
    if (count === undefined) throw this.refusal('"frequency" is not known', 'integer ≥ 1');
    return {
      scheduler,
      interval: known,
      frequency: count,
      monitor: this.monitor(scheduler, entries.get('monitor') ?? outerMonitor),
    };
  }

  private monitor(scheduler: SchedulerValue, value: Value | undefined): Monitor | undefined {
    if (!readsMetric(scheduler)) return undefined;
    const text = value?.type === 'string' ? value.value : '';
    if (value === undefined)
      throw this.refusal('ReduceLROnPlateau needs a "monitor"', '"monitor": "val_loss"', 'python-metric');
    const named = metricNamed(text) ?? metricNamed(text.replaceAll('/', '_'));
    if (named) return named;
    const expression = text === '' ? (value.type === 'unknown' ? value.text : 'monitor') : text;
    const chosen = this.state.choiceFor(expression);
    const monitor = monitors.find((candidate) => candidate === chosen);
    if (monitor) return monitor;
    throw new Question([
      {
        kind: 'choice',
        expression,
        line: this.line,
        about: 'metric',
        options: /acc/i.test(text)
          ? ['valAccuracy', 'valLoss', 'trainLoss']
          : ['valLoss', 'valAccuracy', 'trainLoss'],
        message: `Line ${this.line}: which metric is ${expression}?`,
      },
    ]);
  }

  private refusal(
    reason: string,
    accepted = '',
    code: 'python-unsupported' | 'python-metric' = 'python-unsupported',
  ): PythonRefusal {
    return new PythonRefusal(code, this.line, reason, { accepted });
  }
}

/** Whether a scheduler is ReduceLROnPlateau or holds one. */
export function readsMetric(scheduler: SchedulerValue): boolean {
  return scheduler.class === 'ReduceLROnPlateau' || scheduler.children.some(readsMetric);
}
