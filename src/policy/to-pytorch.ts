import { formatFormula } from './format-formula.js';
import type { Parameter } from './parameter.js';
import { normalisePolicy } from './parse-policy.js';
import { parseFormula } from './parse-formula.js';
import type { Monitor, PolicyEntry, PolicyInput, SchedulerSpec } from './policy.js';
import { childrenOf, readsMetric } from './policy-rules.js';
import { adapterName } from './python/python-names.js';
import { parametersOf, schedulerTypes } from './scheduler-parameters.js';

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
    imports(construction),
    ...(construction.some((line) => line.includes(`${adapterName}(`)) ? [adapter] : []),
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

const metricVariable: Readonly<Record<Monitor, string>> = {
  trainLoss: 'train_loss',
  valLoss: 'val_loss',
  valAccuracy: 'val_accuracy',
};

function writeEntry(entry: PolicyEntry, suffix: string): WrittenEntry {
  const { scheduler, monitor } = entry;
  const name = `scheduler${suffix}`;
  const metric = readsMetric(scheduler) ? monitor : undefined;
  const variable = metric && metricVariable[metric];
  const losses = metric === 'trainLoss' ? `train_losses${suffix}` : undefined;
  const isChain = scheduler.type === 'ChainedScheduler' && metric !== undefined;
  const constructed = isChain
    ? call(
        '',
        childrenOf(scheduler).map((child) => constructor(child, false)),
        '[]',
      )
    : constructor(scheduler, false);
  const parts = isChain
    ? childrenOf(scheduler).map((child, index) => stepOf(`${name}[${index}]`, child, variable))
    : [stepOf(name, scheduler, variable)];
  const mean = losses ? [`train_loss = sum(${losses}) / len(${losses})`, `${losses}.clear()`] : [];
  return {
    entry,
    lines: [...(startsOnPlateaus(scheduler) ? keepInitialLr : []), ...render(constructed, `${name} = `)],
    steps: [...mean, ...parts.flat()],
    metric,
    losses,
  };
}

const keepInitialLr = [
  'for group in optimizer.param_groups:',
  '    group.setdefault("initial_lr", group["lr"])',
];

/** Whether a SequentialLR is built before anything but ReduceLROnPlateau, which leaves no `initial_lr` for it to go by. */
function startsOnPlateaus(scheduler: SchedulerSpec): boolean {
  let hasInitialLr = false;
  const visit = (spec: SchedulerSpec): boolean => {
    if (childrenOf(spec).some(visit)) return true;
    if (spec.type === 'SequentialLR') return !hasInitialLr;
    hasInitialLr ||= spec.type !== 'ReduceLROnPlateau' && spec.type !== 'ChainedScheduler';
    return false;
  };
  return visit(scheduler);
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

/** A call or a list, still to be broken into lines. */
interface Call {
  readonly head: string;
  readonly parts: readonly (string | Call)[];
  readonly brackets: '()' | '[]';
}

function call(head: string, parts: readonly (string | Call)[], brackets: Call['brackets'] = '()'): Call {
  return { head, parts, brackets };
}

function constructor(spec: SchedulerSpec, inComposite: boolean): Call {
  const values = Object.entries(parametersOf(spec.type)).flatMap(([name, parameter]): (string | Call)[] => {
    const value = (spec as unknown as Readonly<Record<string, unknown>>)[name];
    if (value === undefined || parameter.python === null) return [];
    if (parameter.kind === 'schedulers') {
      const children = childrenOf(spec).map((child) => constructor(child, true));
      return [call(`${parameter.python}=`, children, '[]')];
    }
    return [`${parameter.python}=${pythonValue(value, parameter)}`];
  });
  const constructed = call(spec.type, spec.type === 'ChainedScheduler' ? values : ['optimizer', ...values]);
  return inComposite && spec.type === 'ReduceLROnPlateau' ? call(adapterName, [constructed]) : constructed;
}

function pythonValue(value: unknown, parameter: Parameter): string {
  if (Array.isArray(value)) return `[${value.map((item) => pythonValue(item, parameter)).join(', ')}]`;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return pythonNumber(value, parameter.kind === 'number');
  const text = String(value);
  if (parameter.kind !== 'formula') return JSON.stringify(text);
  const formula = parseFormula(text, parameter.argument);
  if (!formula.success) throw new Error(`a parsed policy holds ${text}, which is no formula`);
  return `lambda ${parameter.argument}: ${formatFormula(formula.formula.node, parameter.argument, 'python')}`;
}

/** Some classes of PyTorch insist on a float where a whole number would do. */
function pythonNumber(value: number, isFloat: boolean): string {
  const text = String(value);
  return isFloat && /^-?\d+$/.test(text) ? `${text}.0` : text;
}

const longestLine = 88;

function render(item: string | Call, prefix: string, suffix = ''): string[] {
  if (typeof item === 'string') return [`${prefix}${item}${suffix}`];
  const flat = `${prefix}${flatten(item)}${suffix}`;
  if (flat.length <= longestLine) return [flat];
  const [open, close] = item.brackets;
  const inner = item.parts.flatMap((part) => render(part, '', ','));
  return [`${prefix}${item.head}${open}`, ...indent(inner), `${close}${suffix}`];
}

function flatten(item: string | Call): string {
  if (typeof item === 'string') return item;
  const [open, close] = item.brackets;
  return `${item.head}${open}${item.parts.map(flatten).join(', ')}${close}`;
}

function imports(construction: readonly string[]): string[] {
  const names = schedulerTypes
    .filter((type) => construction.some((line) => new RegExp(`\\b${type}\\(`).test(line)))
    .sort();
  const plain = names.filter((name) => name !== 'SWALR');
  const line = `from torch.optim.lr_scheduler import ${plain.join(', ')}`;
  const broken = ['from torch.optim.lr_scheduler import (', ...indent(plain.map((name) => `${name},`)), ')'];
  return [
    ...(construction.some((text) => text.includes('math.')) ? ['import math', ''] : []),
    'import torch',
    ...(plain.length === 0 ? [] : line.length <= longestLine ? [line] : broken),
    ...(names.includes('SWALR') ? ['from torch.optim.swa_utils import SWALR'] : []),
  ];
}

const adapter = `class ${adapterName}:
    """Lets a composite hold ReduceLROnPlateau: the metric is put here before each step."""

    metric = None

    def __init__(self, plateau):
        self.plateau = plateau
        self.optimizer = plateau.optimizer
        self.last_epoch = 0

    def step(self, epoch=None):
        if self.metric is not None and epoch is None:
            self.plateau.step(self.metric)

    def _initial_step(self):
        pass

    def _update_lr(self, epoch=None):
        pass

    def get_last_lr(self):
        return [group["lr"] for group in self.optimizer.param_groups]

    _last_lr = property(get_last_lr)

    def state_dict(self):
        return self.plateau.state_dict()

    def load_state_dict(self, state_dict):
        self.plateau.load_state_dict(state_dict)`.split('\n');

const validation = [
  'def validate():',
  '    """Your validation: the loss and the accuracy on data that is not trained on."""',
  '    with torch.no_grad():',
  '        input, target = torch.randn(8, 4), torch.randn(8, 4)',
  '        output = model(input)',
  '        accuracy = (output.argmax(1) == target.argmax(1)).float().mean()',
  '    return loss_fn(output, target).item(), accuracy.item()',
];

/** The model has a layer for each param group, so that the script runs whatever the policy's lists need. */
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

/** Options under PyTorch's names; what has no form in Python is left out. */
function settingsOf(options: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(options).flatMap(([name, value]): [string, string][] => {
    const python = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (typeof value === 'number') return [[python, pythonNumber(value, false)]];
    if (typeof value === 'boolean') return [[python, value ? 'True' : 'False']];
    const isNumbers = Array.isArray(value) && value.every((item) => typeof item === 'number');
    return isNumbers ? [[python, `(${value.map((item) => pythonNumber(item, false)).join(', ')})`]] : [];
  });
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

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `    ${line}`));
}
