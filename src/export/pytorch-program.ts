/**
 * A run as a PyTorch program: its network, optimizer and policy, what was done to it at which step, and the training loop
 * around them. It runs as it is, on images made up on the spot, and prints the learning rates that the run used; only
 * where a scheduler watches a metric do they follow from other losses.
 *
 * Nothing that a reader has typed goes into the program as text: names are left out, formulas are written anew.
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

/** The run that a program is written of. */
export interface ProgramRun {
  config: CompleteConfig;
  /** The network that is trained: its name in the zoo. */
  model: string;
  plan: Plan;
  /** What has acted and what is planned, in order. */
  interventions: readonly ChangeAtStep[];
}

/**
 * Writes a run as a PyTorch program, for PyTorch 1.13 and later.
 *
 * @throws InputError `program-model` for a model of the page's own, `unknown-layer` or `layer-twice` for param groups
 * that the network cannot have
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
  const givesOut = lastAct > 0 && construction.some((line) => /\bOneCycleLR\(|\blambda\b/.test(line));

  const sections = [
    [
      `"""A training run of lr-lab as a PyTorch program: ${name}, ${config.optimizer.type}, ${plan.steps} steps.`,
      '',
      'Prints a row for each update: the loss before it, and the learning rate of each param group in it.',
      'The images are made up, so the losses are not those of lr-lab; the learning rates are'.concat(
        watches ? ',' : '.',
      ),
      ...(watches ? ['but for what a scheduler makes of a metric that it watches.'] : []),
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
            '    """What was done to the run, each time before the update of this step."""',
            ...indent(acts),
            '',
          ],
        ]
      : []),
    ...(givesOut ? [['', ...stepEntriesLines(watches, lastAct), '']] : []),
    loopLines(config, plan, { watches, acts: acts.length > 0, givesOut, groups: optimizer.groups }),
  ];
  // Sections that want room around them may meet.
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`.replaceAll(/\n{4,}/g, '\n\n\n');
}

function noProgram(model: string): InputError {
  const accepted = modelNames.map((name) => `"${name}"`).join(' | ');
  return new InputError({
    code: 'program-model',
    message: `a PyTorch program cannot be written of the model "${model}"; accepted: ${accepted}.`,
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
    '# Stand-ins for your images: each class is a pattern, under noise.',
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
  // Of a parameter only the name is asked.
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
  '    """The next policy starts from the present rates, or from the configured ones.',
  '',
  '    Momentum that was cycled is as configured again.',
  '    """',
  '    for group, values in zip(optimizer.param_groups, configured):',
  '        group.pop("initial_lr", None)',
  '        group.update({key: values[key] for key in values if restart or key != "lr"})',
];

/** The schedulers of a policy, each with when it is stepped. */
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

/** `entries`: the policy that is live then; `watches`: whether an entry of the program holds a list of schedulers. */
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
      '    """A scheduler, and after which batches of an epoch or which epochs it is stepped."""',
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
    '    """A scheduler, after which batches of an epoch or which epochs it is stepped, and what it watches.',
    '',
    '    Of several schedulers each is stepped in turn. "train_loss" is the mean since the step before.',
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
 * Where a schedule ended, the run stopped and went on after something was done about it; PyTorch would raise before that
 * can be done.
 */
function stepEntriesLines(watches: boolean, lastAct: number): string[] {
  const given = watches ? 'interval, index, metrics' : 'interval, index';
  return [
    `def step_entries(${given}):`,
    '    """Steps what is due; tells whether all of it could be stepped.',
    '',
    '    A schedule that has come to its end raises: that matters only after the last intervention.',
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
  { watches, acts, givesOut, groups }: { watches: boolean; acts: boolean; givesOut: boolean; groups: number },
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
    ...(givesOut
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
    ...(givesOut
      ? [`    step_entries("epoch", epoch${watches ? ', metrics' : ''})`]
      : ['    for entry in entries:', `        entry.step("epoch", epoch${watches ? ', metrics' : ''})`]),
  ];
}
