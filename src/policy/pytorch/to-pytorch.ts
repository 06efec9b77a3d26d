import { checkArgument, isObject } from '../check-argument.js';
import { normalisePolicy } from '../schema/parse-policy.js';
import type { Monitor, PolicyEntry, PolicyInput, SchedulerSpec } from '../policy.js';
import { childrenOf, readsMetric } from '../schema/policy-rules.js';
import { adapterName } from '../python/adapter-name.js';
import { call, indent, render, settingsOf } from './python-writer.js';
import {
  adapter,
  entryCall,
  isSplit,
  keepInitialLr,
  metricVariable,
  needsAdapter,
  needsMath,
  schedulerImports,
  startsOnPlateaus,
} from './pytorch-pieces.js';
import { parametersOf } from '../schema/scheduler-parameters.js';

/** The training around the schedulers. */
export interface PyTorchOptions {
  /** SGD with learning rate 0.1 and momentum 0.9 by default; options are PyTorch's, in camelCase. */
  readonly optimizer?: { readonly type: string; readonly lr: number; readonly [option: string]: unknown };
  /** Where the optimizer has several param groups: what sets each apart. */
  readonly groups?: readonly Readonly<Record<string, unknown>>[];
  /** 20 by default. */
  readonly epochs?: number;
  /** 100 by default. */
  readonly stepsPerEpoch?: number;
}

/**
 * Writes a policy as a Python script that runs as it is: imports, a model and data to be replaced, the schedulers, and
 * the loop that steps each at its interval. `fromPyTorch` reads it back as the same policy.
 *
 * Entries become schedulers that are stepped one after another, and so does a ChainedScheduler that holds
 * ReduceLROnPlateau, which PyTorch refuses. Deeper inside, a small class in the script hands over the metric.
 *
 * @throws InputError `policy` if the policy is not well formed.
 */
export function toPyTorch(policy: PolicyInput, options: PyTorchOptions = {}): string {
  const entries = normalisePolicy(policy);
  checkArgument('options', options, isObject(options), '{ optimizer?, groups?, epochs?, stepsPerEpoch? }');
  const { epochs = 20, stepsPerEpoch = 100 } = options;
  const written = entries.map((entry, index) =>
    writeEntry(entry, entries.length === 1 ? '' : String(index + 1)),
  );
  const monitors = new Set(written.flatMap(({ metric }) => metric ?? []));
  const perStep = written.filter(({ entry }) => entry.interval === 'step');
  const perEpoch = written.filter(({ entry }) => entry.interval === 'epoch');
  const countsBatches = perStep.some(({ entry }) => entry.frequency > 1);
  const validates = monitors.has('valLoss') || monitors.has('valAccuracy');
  const construction = written.flatMap(({ lines }) => lines);

  const training = [
    'optimizer.zero_grad()',
    'loss = loss_fn(model(input), target)',
    'loss.backward()',
    'optimizer.step()',
    ...written.flatMap(({ losses }) => (losses ? [`${losses}.append(loss.item())`] : [])),
    ...perStep.flatMap((entry) => stepLines(entry, 'batch')),
  ];
  const epoch = [
    countsBatches ? 'for batch, (input, target) in enumerate(dataset):' : 'for input, target in dataset:',
    ...indent(training),
    ...(validates ? ['val_loss, val_accuracy = validate()'] : []),
    ...perEpoch.flatMap((entry) => stepLines(entry, 'epoch')),
  ];
  const { model, optimizer } = modelAndOptimizer(entries, options);
  const sections = [
    [
      ...(needsMath(construction) ? ['import math', ''] : []),
      'import torch',
      ...schedulerImports(construction),
    ],
    ...(needsAdapter(construction) ? [adapter] : []),
    [
      ...model,
      'loss_fn = torch.nn.MSELoss()',
      `dataset = [(torch.randn(8, 4), torch.randn(8, 4))] * ${stepsPerEpoch}  # your batches`,
    ],
    ...(validates ? [validation] : []),
    [...optimizer, ...written.flatMap(({ losses }) => (losses ? [`${losses} = []`] : [])), ...construction],
    [`for epoch in range(${epochs}):`, ...indent(epoch)],
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** One entry as Python. */
interface WrittenEntry {
  readonly entry: PolicyEntry;
  /** What constructs it. */
  readonly lines: readonly string[];
  /** What steps it, without the condition of its frequency. */
  readonly steps: readonly string[];
  readonly metric: Monitor | undefined;
  /** The list that gathers its training losses, if it watches them. */
  readonly losses: string | undefined;
}

function writeEntry(entry: PolicyEntry, suffix: string): WrittenEntry {
  const { scheduler, monitor } = entry;
  const name = `scheduler${suffix}`;
  const metric = readsMetric(scheduler) ? monitor : undefined;
  const variable = metric && metricVariable[metric];
  const losses = metric === 'trainLoss' ? `train_losses${suffix}` : undefined;
  const parts = isSplit(scheduler)
    ? childrenOf(scheduler).map((child, index) => stepOf(`${name}[${index}]`, child, variable))
    : [stepOf(name, scheduler, variable)];
  const mean = losses ? [`train_loss = sum(${losses}) / len(${losses})`, `${losses}.clear()`] : [];
  return {
    entry,
    lines: [...(startsOnPlateaus(scheduler) ? keepInitialLr : []), ...render(entryCall(entry), `${name} = `)],
    steps: [...mean, ...parts.flat()],
    metric,
    losses,
  };
}

function stepOf(name: string, spec: SchedulerSpec, variable: string | undefined): string[] {
  if (variable === undefined || !readsMetric(spec)) return [`${name}.step()`];
  if (spec.type === 'ReduceLROnPlateau') return [`${name}.step(${variable})`];
  return [`${adapterName}.metric = ${variable}`, `${name}.step()`];
}

function stepLines({ entry: { frequency }, steps }: WrittenEntry, counter: string): string[] {
  if (frequency === 1) return [...steps];
  return [`if (${counter} + 1) % ${frequency} == 0:`, ...indent(steps)];
}

const validation = [
  'def validate():',
  '    """Your validation: the loss and the accuracy on data that is not trained on."""',
  '    with torch.no_grad():',
  '        input, target = torch.randn(8, 4), torch.randn(8, 4)',
  '        output = model(input)',
  '        accuracy = (output.argmax(1) == target.argmax(1)).float().mean()',
  '    return loss_fn(output, target).item(), accuracy.item()',
];

/** The model has a layer for each param group, so that the script runs with any lists of the policy. */
function modelAndOptimizer(
  entries: readonly PolicyEntry[],
  { optimizer = { type: 'SGD', lr: 0.1, momentum: 0.9 }, groups }: PyTorchOptions,
): { model: string[]; optimizer: string[] } {
  const { type, ...options } = optimizer;
  const settings = settingsOf(options).map(([name, value]) => `${name}=${value}`);
  const count = Math.max(groups?.length ?? 1, ...entries.map(({ scheduler }) => groupsIn(scheduler)));
  if (count === 1 && (groups === undefined || groups.length === 0)) {
    return {
      model: ['model = torch.nn.Linear(4, 4)  # your model'],
      optimizer: render(call(`torch.optim.${type}`, ['model.parameters()', ...settings]), 'optimizer = '),
    };
  }
  const layers = Array.from({ length: count }, () => 'torch.nn.Linear(4, 4)');
  const dictionaries = layers.map((_, index) => {
    const own = settingsOf(groups?.[index] ?? {}).map(([name, value]) => `"${name}": ${value}`);
    return `{${[`"params": model[${index}].parameters()`, ...own].join(', ')}}`;
  });
  return {
    model: [
      '# your model, one part for each param group',
      ...render(call('torch.nn.Sequential', layers), 'model = '),
    ],
    optimizer: render(
      call(`torch.optim.${type}`, [call('', dictionaries, '[]'), ...settings]),
      'optimizer = ',
    ),
  };
}

/** How many param groups the lists in a scheduler speak of. */
function groupsIn(spec: SchedulerSpec): number {
  const rows = Object.entries(parametersOf(spec.type));
  const own = rows.map(([name, parameter]) => {
    const value = (spec as unknown as Readonly<Record<string, unknown>>)[name];
    const isList = 'perGroup' in parameter && parameter.perGroup === true && Array.isArray(value);
    return isList ? value.length : 1;
  });
  return Math.max(1, ...own, ...childrenOf(spec).map(groupsIn));
}
