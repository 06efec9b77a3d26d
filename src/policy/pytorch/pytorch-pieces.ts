/** What scripts for PyTorch are put together from: the schedulers of a policy, and what they need around them. */
import { formatFormula } from '../formula/format-formula.js';
import type { Parameter } from '../schema/parameter.js';
import { parseFormula } from '../formula/parse-formula.js';
import type { Monitor, PolicyEntry, SchedulerSpec } from '../policy.js';
import { childrenOf, readsMetric } from '../schema/policy-rules.js';
import { adapterName } from '../python/adapter-name.js';
import type { Call } from './python-writer.js';
import { call, importFrom, pythonNumber } from './python-writer.js';
import { parametersOf, schedulerTypes } from '../schema/scheduler-parameters.js';

/** What a metric is called in a script. */
export const metricVariable: Readonly<Record<Monitor, string>> = {
  trainLoss: 'train_loss',
  valLoss: 'val_loss',
  valAccuracy: 'val_accuracy',
};

/**
 * What constructs the schedulers of an entry on `optimizer`: one, or a list of them, to be stepped one after another, for
 * a ChainedScheduler that holds ReduceLROnPlateau, which PyTorch refuses.
 */
export function entryCall({ scheduler }: PolicyEntry): Call {
  if (!isSplit(scheduler)) return schedulerCall(scheduler, false);
  const children = childrenOf(scheduler).map((child) => schedulerCall(child, false));
  return call('', children, '[]');
}

/** Whether {@link entryCall} gives a list. */
export function isSplit(spec: SchedulerSpec): boolean {
  return spec.type === 'ChainedScheduler' && readsMetric(spec);
}

/** Gives every param group the `initial_lr` that a scheduler goes by. */
export const keepInitialLr = [
  'for group in optimizer.param_groups:',
  '    group.setdefault("initial_lr", group["lr"])',
];

/** Whether a SequentialLR is built before anything but ReduceLROnPlateau, which leaves no `initial_lr` for it to go by. */
export function startsOnPlateaus(scheduler: SchedulerSpec): boolean {
  let hasInitialLr = false;
  const visit = (spec: SchedulerSpec): boolean => {
    if (childrenOf(spec).some(visit)) return true;
    if (spec.type === 'SequentialLR') return !hasInitialLr;
    hasInitialLr ||= spec.type !== 'ReduceLROnPlateau' && spec.type !== 'ChainedScheduler';
    return false;
  };
  return visit(scheduler);
}

/** What constructs a scheduler on `optimizer`. */
function schedulerCall(spec: SchedulerSpec, inComposite: boolean): Call {
  const values = Object.entries(parametersOf(spec.type)).flatMap(([name, parameter]): (string | Call)[] => {
    const value = (spec as unknown as Readonly<Record<string, unknown>>)[name];
    if (value === undefined || parameter.python === null) return [];
    if (parameter.kind === 'schedulers') {
      const children = childrenOf(spec).map((child) => schedulerCall(child, true));
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
  if (!formula.success) throw new Error(`a parsed policy holds ${text}, which is not a formula`);
  return `lambda ${parameter.argument}: ${formatFormula(formula.formula.node, parameter.argument, 'python')}`;
}

/** The class that {@link schedulerCall} puts around a ReduceLROnPlateau in a composite, if there is one. */
export const adapter = `class ${adapterName}:
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

/** The imports of the schedulers that these lines construct. */
export function schedulerImports(construction: readonly string[]): string[] {
  const names = schedulerTypes
    .filter((type) => construction.some((line) => new RegExp(`\\b${type}\\(`).test(line)))
    .sort();
  return [
    ...importFrom(
      'torch.optim.lr_scheduler',
      names.filter((name) => name !== 'SWALR'),
    ),
    ...(names.includes('SWALR') ? importFrom('torch.optim.swa_utils', ['SWALR']) : []),
  ];
}

/** Whether these lines hold a formula that needs `import math`. */
export function needsMath(construction: readonly string[]): boolean {
  return construction.some((line) => line.includes('math.'));
}

/** Whether these lines need {@link adapter}. */
export function needsAdapter(construction: readonly string[]): boolean {
  return construction.some((line) => line.includes(`${adapterName}(`));
}
