/** The set-up dialog's fields as texts, and the way between them and a config. */
import type { Problem } from '../../src/errors.js';
import { type CompleteConfig, type Config, defaultConfig } from '../../src/lab/index.js';

/** The fields that hold text; the config's names, flat. */
export const textFields = [
  'lr',
  'momentum',
  'beta1',
  'beta2',
  'weightDecay',
  'batchSize',
  'epochs',
  'stepsPerEpoch',
  'seed',
] as const;

/** One of {@link textFields}. */
export type TextField = (typeof textFields)[number];

/** A place in the form at which a problem can be shown. */
export type Field = TextField | 'dataset' | 'classes' | 'model' | 'nesterov';

/** What the form holds. `custom` stands for a data set or a model that the page has given. */
export interface SetupForm extends Record<TextField, string> {
  dataset: 'digits' | 'mnist' | 'custom';
  classes: readonly number[];
  /** Empty: chosen by the Lab. */
  model: string;
  optimizer: Config['optimizer']['type'];
  nesterov: boolean;
}

const allClasses = Array.from({ length: 10 }, (_, digit) => digit);
const defaultBetas: readonly [number, number] = [0.9, 0.999];

/** The values with which a newly chosen optimizer is usually begun: PyTorch's, but for the rate of SGD. */
const usualValues: Record<SetupForm['optimizer'], Pick<SetupForm, 'lr' | 'weightDecay'>> = {
  SGD: { lr: String(defaultConfig.optimizer.lr), weightDecay: '0' },
  Adam: { lr: '0.001', weightDecay: '0' },
  AdamW: { lr: '0.001', weightDecay: '0.01' },
  RMSprop: { lr: '0.01', weightDecay: '0' },
  Adagrad: { lr: '0.01', weightDecay: '0' },
};

/** The form that shows a config. */
export function formOf(config: CompleteConfig): SetupForm {
  const { dataset, classes, model, optimizer, batchSize, epochs, stepsPerEpoch, seed } = config;
  const sgd = optimizer.type === 'SGD' ? optimizer : undefined;
  const [beta1, beta2] = ('betas' in optimizer ? optimizer.betas : undefined) ?? defaultBetas;
  return {
    dataset: typeof dataset === 'string' ? dataset : 'custom',
    classes: classes ?? allClasses,
    model: typeof model === 'object' ? 'custom' : (model ?? ''),
    optimizer: optimizer.type,
    lr: String(optimizer.lr),
    momentum: String(sgd?.momentum ?? 0),
    nesterov: sgd?.nesterov ?? false,
    beta1: String(beta1),
    beta2: String(beta2),
    weightDecay: String(optimizer.weightDecay ?? usualValues[optimizer.type].weightDecay),
    batchSize: String(batchSize),
    epochs: String(epochs),
    stepsPerEpoch: stepsPerEpoch === undefined ? '' : String(stepsPerEpoch),
    seed: String(seed),
  };
}

/** What a form asks for, or the problem of each field that cannot be read. The Lab checks the ranges. */
export type FormResult =
  { changes: Partial<Config>; problems?: undefined } | { problems: Partial<Record<Field, Problem>> };

/** The changes of `config` that a form asks for; what the page gave itself (`custom`) stays. */
export function changesOf(form: SetupForm, config: CompleteConfig): FormResult {
  const problems: Partial<Record<Field, Problem>> = {};
  const read = (field: TextField): number => {
    const value = form[field].trim() === '' ? NaN : Number(form[field]);
    if (!Number.isFinite(value)) problems[field] = notANumber(field, form[field]);
    return value;
  };

  const optimizer = optimizerOf(form, config, read);
  const changes: Partial<Config> = {
    optimizer,
    batchSize: read('batchSize'),
    epochs: read('epochs'),
    stepsPerEpoch: form.stepsPerEpoch.trim() === '' ? undefined : read('stepsPerEpoch'),
    seed: read('seed'),
    classes: form.classes.length === allClasses.length ? undefined : [...form.classes].sort((a, b) => a - b),
  };
  if (form.dataset !== 'custom') changes.dataset = form.dataset;
  else if (config.classes === undefined) changes.classes = undefined;
  if (form.model !== 'custom')
    changes.model = form.model === '' ? undefined : (form.model as Config['model']);
  return Object.keys(problems).length > 0 ? { problems } : { changes };
}

/** At which field of the form a problem of the Lab belongs; none, if at none. */
export function fieldOf({ code, path }: Problem): Field | undefined {
  const byCode: Partial<Record<string, Field>> = {
    'batch-size': 'batchSize',
    'steps-per-epoch': 'stepsPerEpoch',
    'invalid-seed': 'seed',
    'invalid-classes': 'classes',
    'empty-classes': 'classes',
    'mnist-absent': 'dataset',
  };
  const byPath: Partial<Record<string, Field>> = {
    dataset: 'dataset',
    classes: 'classes',
    model: 'model',
    seed: 'seed',
    epochs: 'epochs',
    batchSize: 'batchSize',
    stepsPerEpoch: 'stepsPerEpoch',
    'optimizer.lr': 'lr',
    'optimizer.momentum': 'momentum',
    'optimizer.nesterov': 'nesterov',
    'optimizer.betas.0': 'beta1',
    'optimizer.betas.1': 'beta2',
    'optimizer.weightDecay': 'weightDecay',
  };
  return byCode[code] ?? (path === undefined ? undefined : byPath[path]);
}

function optimizerOf(
  form: SetupForm,
  { optimizer: before }: CompleteConfig,
  read: (field: TextField) => number,
): Config['optimizer'] {
  const common = { lr: read('lr'), weightDecay: read('weightDecay') };
  // What the form does not show (dampening, eps, param groups) stays, as long as the optimizer does.
  const kept = <Type extends SetupForm['optimizer']>(type: Type) =>
    before.type === type ? (before as Extract<Config['optimizer'], { type: Type }>) : undefined;
  switch (form.optimizer) {
    case 'SGD':
      return {
        ...kept('SGD'),
        type: 'SGD',
        ...common,
        momentum: read('momentum'),
        nesterov: form.nesterov,
      };
    case 'Adam':
      return { ...kept('Adam'), type: 'Adam', ...common, betas: [read('beta1'), read('beta2')] };
    case 'AdamW':
      return { ...kept('AdamW'), type: 'AdamW', ...common, betas: [read('beta1'), read('beta2')] };
    case 'RMSprop':
      return { ...kept('RMSprop'), type: 'RMSprop', ...common };
    case 'Adagrad':
      return { ...kept('Adagrad'), type: 'Adagrad', ...common };
  }
}

/** The form with another optimizer. What was only the old one's usual value, and may be far off, becomes the new one's. */
export function withOptimizer(form: SetupForm, optimizer: SetupForm['optimizer']): SetupForm {
  const before = usualValues[form.optimizer];
  const after = usualValues[optimizer];
  return {
    ...form,
    optimizer,
    lr: form.lr === before.lr ? after.lr : form.lr,
    weightDecay: form.weightDecay === before.weightDecay ? after.weightDecay : form.weightDecay,
  };
}

function notANumber(path: string, text: string): Problem {
  const received = `"${text}"`;
  return {
    code: 'config-value',
    message: `${path} is ${received}; accepted: number.`,
    path,
    received,
    accepted: 'number',
  };
}
