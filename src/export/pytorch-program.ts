/**
 * A run as a PyTorch program: its network, optimizer and policy, its interventions, and the training loop around them.
 * It runs as it is, on generated images, and prints the learning rates that the run used; they differ only where a
 * scheduler monitors a metric, as the losses differ.
 *
 * Nothing that a reader has typed becomes part of the program as text: names are left out, formulas are formatted from
 * their syntax tree.
 */
import type { CompleteConfig } from '../config/index.js';
import type { ChangeAtStep, Plan } from '../timeline/index.js';
import { InputError } from '../errors.js';
import type { ModelName } from '../models/names.js';
import { modelNames } from '../models/names.js';
import { paramGroups, pythonOptions } from '../optimizers/names.js';
import type { Parameter } from '../optimizers/names.js';
import { readsMetric } from '../policy/index.js';
import { adjustmentLines } from '../policy/pytorch/index.js';
import type { Policy, PolicyEntry } from '../policy/index.js';
import type { Call } from '../policy/pytorch/index.js';
import { call, indent, pythonNumber, render, settingsOf } from '../policy/pytorch/index.js';
import {
  adapter,
  entryCall,
  keepInitialLr,
  metricVariable,
  needsAdapter,
  needsMath,
  schedulerImports,
  startsOnPlateaus,
} from '../policy/pytorch/index.js';
import type { ImageShape } from './pytorch-network.js';
import { policiesAlong, presentEntry } from '../timeline/index.js';
import { pytorchNetwork } from './pytorch-network.js';

/** The run to write as a program. */
export interface ProgramRun {
  config: CompleteConfig;
  /** The name of the trained network in the zoo. */
  model: string;
  plan: Plan;
  /** The interventions that have acted or are planned, in order. */
  interventions: readonly ChangeAtStep[];
}

/**
 * Writes a run as a PyTorch program, for PyTorch 1.13 and later.
 *
 * @throws InputError `program-model` for a model that the page provides, `unknown-layer` or `layer-twice` for param
 * groups that the network cannot have
 */
export function pytorchProgram(run: ProgramRun): string {
  const { config, model, plan, interventions } = run;
  const name = modelNames.find((known) => known === model);
  if (!name) throw noProgram(model);
  const shape = imageShape(config, name);
  const network = pytorchNetwork(name, shape);
  const optimizer = optimizerLines(config.optimizer, network.weights);
  const policies = [
    config.policy,
    ...interventions.flatMap((each) => ('policy' in each ? [each.policy] : [])),
  ];
  const watches = policies.flat().some(({ scheduler }) => readsMetric(scheduler));
  const handsOver = interventions.some((each) => each.kind === 'swap' && each.handoff !== 'torch');
  const start = entryLines(config.policy, 'entries = ', '');
  const spans = policiesAlong(config.policy, interventions);
  const acts = interventions.flatMap((each, index) =>
    interventionLines(each, spans[index].entries.map(presentEntry), watches),
  );
  const construction = [...start, ...acts];
  const lastAct = interventions.reduce((last, { step }) => Math.max(last, step), 0);
  const mayEnd = lastAct > 0 && construction.some((line) => /\bOneCycleLR\(|\blambda\b/.test(line));

  const sections = [
    [
      `"""A training run of lr-lab as a PyTorch program: ${name}, ${config.optimizer.type}, ${plan.steps} steps.`,
      '',
      'Prints a row for each update: the loss before it, and the learning rate of each param group in it.',
      'The images are generated, so the losses differ from those of lr-lab. The learning rates are the same'.concat(
        watches ? ',' : '.',
      ),
      ...(watches ? ['except where a scheduler monitors a metric.'] : []),
      '"""',
    ],
    [
      ...(needsMath(construction) ? ['import math'] : []),
      `from collections import ${acts.some((line) => line.includes('Counter(')) ? 'Counter, ' : ''}OrderedDict`,
      '',
      'import torch',
      'from torch import nn',
      ...schedulerImports(construction),
    ],
    [`torch.manual_seed(${config.seed})`],
    ['# PyTorch starts its layers as lr-lab does: uniform within 1/sqrt(fan-in).', ...network.lines],
    ['loss_fn = nn.CrossEntropyLoss()'],
    dataLines(shape),
    validationLines,
    [...optimizer.lines, ...(handsOver ? configuredLines : [])],
    ...(needsAdapter(construction) ? [['', ...adapter, '']] : []),
    ['', ...entryClass(watches, needsAdapter(construction)), ''],
    start,
    ...(handsOver ? [['', ...handOverLines, '']] : []),
    ...(acts.length > 0
      ? [
          [
            '',
            'def intervene(step):',
            '    """Make the changes of the run that act before the update of this step."""',
            ...indent(acts),
            '',
          ],
        ]
      : []),
    ...(mayEnd ? [['', ...stepEntriesLines(watches, lastAct), '']] : []),
    loopLines(config, plan, { watches, acts: acts.length > 0, mayEnd, groups: optimizer.groups }),
  ];
  // Neighbouring sections may both add blank lines.
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`.replaceAll(/\n{4,}/g, '\n\n\n');
}

function noProgram(model: string): InputError {
  const accepted = modelNames.map((name) => `"${name}"`).join(' | ');
  return new InputError({
    code: 'program-model',
    message: `the model "${model}" cannot be written as a PyTorch program; accepted: ${accepted}.`,
    path: 'model',
    received: `"${model}"`,
    accepted,
  });
}

/** The images of a run: named data are 28×28, or 12×12 for `tiny`. */
function imageShape({ dataset, classes }: CompleteConfig, model: ModelName): ImageShape {
  const side = model === 'tiny' ? 12 : 28;
  const {
    height,
    width,
    channels,
    classes: available,
  } = typeof dataset === 'string' ? { height: side, width: side, channels: 1, classes: 10 } : dataset;
  return { height, width, channels, classes: classes?.length ?? available };
}

function dataLines({ channels, height, width, classes }: ImageShape): string[] {
  const size = `${channels}, ${height}, ${width}`;
  return [
    '# Generated images, to be replaced by yours: each class is a pattern with noise.',
    `patterns = torch.rand(${classes}, ${size})`,
    '',
    '',
    'def load_batch(size):',
    '    """Images N x C x H x W from 0 to 1, and their classes."""',
    `    labels = torch.randint(${classes}, (size,))`,
    `    images = patterns[labels] + 0.3 * torch.randn(size, ${size})`,
    '    return images.clamp(0, 1), labels',
    '',
    '',
    'validation_images, validation_labels = load_batch(500)',
  ];
}

const validationLines = [
  '',
  'def validate():',
  '    """Mean loss and accuracy on images that are not trained on."""',
  '    model.eval()',
  '    with torch.no_grad():',
  '        logits = model(validation_images)',
  '    model.train()',
  '    accuracy = (logits.argmax(1) == validation_labels).float().mean()',
  '    return loss_fn(logits, validation_labels).item(), accuracy.item()',
  '',
];

function optimizerLines(
  options: CompleteConfig['optimizer'],
  weights: readonly string[],
): { lines: string[]; groups: number } {
  const settings = settingsOf(pythonOptions(options.type, options)).map(
    ([name, value]) => `${name}=${value}`,
  );
  const optimizer = (parameters: string | Call) =>
    render(call(`torch.optim.${options.type}`, [parameters, ...settings]), 'optimizer = ');
  if ((options.groups ?? []).length === 0) return { lines: optimizer('model.parameters()'), groups: 1 };
  // Only the name of a parameter is read.
  const named = weights.map((name) => ({ name }) as Parameter);
  const groups = paramGroups<object>(named, options).map(({ parameters, ...own }) => {
    const tensors = parameters.map(({ name }) => pythonWeight(name));
    const set = settingsOf(pythonOptions(options.type, own)).map(([key, value]) => `"${key}": ${value}`);
    return call('', [call('"params": ', tensors, '[]'), ...set], '{}');
  });
  return { lines: optimizer(call('', groups, '[]')), groups: groups.length };
}

/** PyTorch's name of a weight: `conv1/kernel` is `model.conv1.weight`. */
const pythonWeight = (name: string): string =>
  `model.${name.replace('/kernel', '.weight').replace('/bias', '.bias')}`;

const configuredLines = [
  'configured = [',
  '    {key: group[key] for key in ("lr", "momentum", "betas") if key in group}',
  '    for group in optimizer.param_groups',
  ']',
];

const handOverLines = [
  'def hand_over(restart):',
  '    """Let the next policy start from the present rates, or from the configured ones.',
  '',
  '    Cycled momentum is reset to the configured one.',
  '    """',
  '    for group, values in zip(optimizer.param_groups, configured):',
  '        group.pop("initial_lr", None)',
  '        group.update({key: values[key] for key in values if restart or key != "lr"})',
];

/** The schedulers of a policy, each with the times at which it is stepped. */
function entryLines(policy: Policy, prefix: string, suffix: string): string[] {
  const needsInitialLr = policy.some(({ scheduler }) => startsOnPlateaus(scheduler));
  const list = call('', policy.map(entryOf), '[]');
  return [...(needsInitialLr ? keepInitialLr : []), ...render(list, prefix, suffix)];
}

function entryOf(entry: PolicyEntry): Call {
  const { scheduler, interval, frequency, monitor } = entry;
  return call('Entry', [
    entryCall(entry),
    `"${interval}"`,
    ...(frequency === 1 ? [] : [`frequency=${frequency}`]),
    ...(readsMetric(scheduler) && monitor ? [`monitor="${metricVariable[monitor]}"`] : []),
  ]);
}

/** `entries`: the live policy before it; `watches`: whether an entry of the program holds a list of schedulers. */
function interventionLines(
  intervention: ChangeAtStep,
  entries: readonly PolicyEntry[],
  watches: boolean,
): string[] {
  const when = `if step == ${intervention.step}:`;
  switch (intervention.kind) {
    case 'swap': {
      const { handoff, policy } = intervention;
      const begin =
        handoff === 'torch' ? [] : [`hand_over(restart=${handoff === 'restart' ? 'True' : 'False'})`];
      return [
        `${when}  # swap, handoff "${handoff}"`,
        ...indent([...begin, ...entryLines(policy, 'entries[:] = ', '')]),
      ];
    }
    case 'chain':
      return [`${when}  # chain`, ...indent(entryLines(intervention.policy, 'entries.extend(', ')'))];
    case 'unchain':
      return [`${when}  # unchain`, ...indent([`del entries[${intervention.index}]`])];
    case 'adjust': {
      const path = (entry: number, scheduler: number): string =>
        watches ? `entries[${entry}].schedulers[${scheduler}]` : `entries[${entry}].scheduler`;
      const lines = adjustmentLines([...entries], intervention.policy, path);
      return [`${when}  # adjust`, ...indent(lines.length > 0 ? lines : ['pass'])];
    }
    case 'setLr':
      return [
        `${when}  # set the learning rate by hand`,
        ...indent([
          'for group in optimizer.param_groups:',
          `    group["lr"] = ${pythonNumber(intervention.lr)}`,
        ]),
      ];
  }
}

function entryClass(watches: boolean, adapts: boolean): string[] {
  if (!watches) {
    return [
      'class Entry:',
      '    """A scheduler, and the batches of an epoch or the epochs after which it is stepped."""',
      '',
      '    def __init__(self, scheduler, interval, frequency=1):',
      '        self.scheduler = scheduler',
      '        self.interval = interval',
      '        self.frequency = frequency',
      '',
      '    def step(self, interval, index):',
      '        if interval == self.interval and (index + 1) % self.frequency == 0:',
      '            self.scheduler.step()',
    ];
  }
  return [
    'class Entry:',
    '    """A scheduler, the batches of an epoch or the epochs after which it is stepped, and its metric.',
    '',
    '    Several schedulers are stepped in turn. "train_loss" is the mean since the previous step.',
    '    """',
    '',
    '    def __init__(self, scheduler, interval, frequency=1, monitor=None):',
    '        self.schedulers = scheduler if isinstance(scheduler, list) else [scheduler]',
    '        self.interval = interval',
    '        self.frequency = frequency',
    '        self.monitor = monitor',
    '        self.loss_sum, self.loss_count = 0.0, 0',
    '',
    '    def record(self, loss):',
    '        self.loss_sum += loss',
    '        self.loss_count += 1',
    '',
    '    def step(self, interval, index, metrics):',
    '        if interval != self.interval or (index + 1) % self.frequency != 0:',
    '            return',
    '        metric = metrics.get(self.monitor)',
    '        if self.monitor == "train_loss":',
    '            metric = self.loss_sum / self.loss_count',
    '        for scheduler in self.schedulers:',
    '            if isinstance(scheduler, ReduceLROnPlateau):',
    '                scheduler.step(metric)',
    '            else:',
    ...(adapts ? ['                WithMetric.metric = metric'] : []),
    '                scheduler.step()',
    '        self.loss_sum, self.loss_count = 0.0, 0',
  ];
}

/**
 * Where a schedule ended, the run stopped until the reader corrected it and continued; PyTorch would raise before such a
 * correction is possible.
 */
function stepEntriesLines(watches: boolean, lastAct: number): string[] {
  const given = watches ? 'interval, index, metrics' : 'interval, index';
  return [
    `def step_entries(${given}):`,
    '    """Step the schedulers that are due; return whether all of them could be stepped.',
    '',
    '    A schedule raises at its end, which matters only after the last intervention.',
    '    """',
    '    try:',
    '        for entry in entries:',
    `            entry.step(${given})`,
    '    except (ValueError, ArithmeticError):',
    `        if step > ${lastAct}:`,
    '            raise',
    '        return False',
    '    return True',
  ];
}

function loopLines(
  { batchSize, checkValEveryNEpoch = 1 }: CompleteConfig,
  { epochs, stepsPerEpoch }: Plan,
  { watches, acts, mayEnd, groups }: { watches: boolean; acts: boolean; mayEnd: boolean; groups: number },
): string[] {
  const rates = Array.from({ length: groups }, (_, group) => (groups === 1 ? 'lr' : `lr_${group}`));
  const isAlways = checkValEveryNEpoch === 1;
  const validation = [
    'val_loss, val_accuracy = validate()',
    'print(f"# epoch {epoch + 1}: val_loss {val_loss}, val_accuracy {val_accuracy}")',
    ...(watches ? ['metrics = {"val_loss": val_loss, "val_accuracy": val_accuracy}'] : []),
  ];
  const isDue = [
    `(epoch + 1) % ${checkValEveryNEpoch} == 0`,
    ...(watches ? ['any(entry.monitor in ("val_loss", "val_accuracy") for entry in entries)'] : []),
  ].join(' or ');
  return [
    `print("step,loss,${rates.join(',')}")`,
    'step = 0',
    `for epoch in range(${epochs}):`,
    `    for batch in range(${stepsPerEpoch}):`,
    ...(acts ? ['        intervene(step)'] : []),
    `        images, labels = load_batch(${batchSize})`,
    '        loss = loss_fn(model(images), labels)',
    '        rates = [group["lr"] for group in optimizer.param_groups]',
    '        print(step, loss.item(), *rates, sep=",")',
    '        optimizer.zero_grad()',
    '        loss.backward()',
    '        optimizer.step()',
    ...(mayEnd
      ? [
          ...(watches ? ['        for entry in entries:', '            entry.record(loss.item())'] : []),
          '        step += 1',
          `        is_stepped = step_entries("step", batch${watches ? ', {}' : ''})`,
          '    if not is_stepped:',
          '        continue',
        ]
      : [
          '        for entry in entries:',
          ...(watches ? ['            entry.record(loss.item())'] : []),
          `            entry.step("step", batch${watches ? ', {}' : ''})`,
          '        step += 1',
        ]),
    ...indent(
      isAlways ? validation : [...(watches ? ['metrics = {}'] : []), `if ${isDue}:`, ...indent(validation)],
    ),
    ...(mayEnd
      ? [`    step_entries("epoch", epoch${watches ? ', metrics' : ''})`]
      : ['    for entry in entries:', `        entry.step("epoch", epoch${watches ? ', metrics' : ''})`]),
  ];
}
