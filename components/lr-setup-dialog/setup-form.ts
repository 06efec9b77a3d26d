/** Converts between a config and the fields of the set-up dialog, which hold text. */
import { badValue, type Problem, toProblem } from '../../src/errors.js';
import { type CompleteConfig, type Config, defaultConfig } from '../../src/lab/index.js';
import { numberOf } from '../internal/kit/number-text.js';
import {
  type FlagOption,
  numbersOf,
  type NumberOption,
  optimizerFields,
  type OptimizerName,
} from './optimizer-fields.js';

/** The text fields; the config's names, flat. */
export type TextField =
  'lr' | NumberOption | 'batchSize' | 'epochs' | 'stepsPerEpoch' | 'checkValEveryNEpoch' | 'seed';

/** A field of the form that can show a problem. */
export type Field = TextField | FlagOption | 'dataset' | 'classes' | 'model' | 'groups';

/** A param group; an empty text keeps the optimizer's value. */
export interface GroupForm {
  layers: string;
  lr: string;
  weightDecay: string;
  /** Options of the group that only the page can set. */
  others: object;
}

/** The values of the form. `custom` stands for a data set or a model from the page. */
export interface SetupForm extends Record<TextField, string>, Record<FlagOption, boolean> {
  dataset: 'digits' | 'mnist' | 'custom';
  classes: readonly number[];
  /** Empty: the Lab chooses. */
  model: string;
  optimizer: OptimizerName;
  groups: readonly GroupForm[];
}

const allClasses = Array.from({ length: 10 }, (_, digit) => digit);

/** An optimizer's options by their names in the form. */
function valuesOf(optimizer: Config['optimizer']): Partial<Record<string, unknown>> {
  const betas = 'betas' in optimizer ? optimizer.betas : undefined;
  return { ...optimizer, beta1: betas?.[0], beta2: betas?.[1] };
}

/** The texts of all numeric options, with the usual initial rate of an optimizer. */
function usualNumbers(type: OptimizerName): Record<NumberOption, string> {
  const known = Object.values(optimizerFields).map(({ numbers }) => numbers);
  const own = { ...Object.assign({}, ...known), ...optimizerFields[type].numbers } as Record<string, number>;
  const texts = Object.entries(own).map(([name, value]) => [name, String(value)]);
  return Object.fromEntries(texts) as Record<NumberOption, string>;
}

/** The form of a config. */
export function formOf(config: CompleteConfig): SetupForm {
  const { dataset, classes, model, optimizer, batchSize, epochs, stepsPerEpoch, checkValEveryNEpoch, seed } =
    config;
  const values = valuesOf(optimizer);
  const numbers = usualNumbers(optimizer.type);
  for (const name of numbersOf(optimizer.type))
    if (typeof values[name] === 'number') numbers[name] = String(values[name]);
  return {
    ...numbers,
    dataset: typeof dataset === 'string' ? dataset : 'custom',
    classes: classes ?? allClasses,
    model: typeof model === 'object' ? 'custom' : (model ?? ''),
    optimizer: optimizer.type,
    lr: String(optimizer.lr),
    nesterov: values.nesterov === true,
    amsgrad: values.amsgrad === true,
    centered: values.centered === true,
    maximize: values.maximize === true,
    groups: (optimizer.groups ?? []).map(({ layers, lr, weightDecay, ...others }) => ({
      layers: layers.join(', '),
      lr: lr === undefined ? '' : String(lr),
      weightDecay: weightDecay === undefined ? '' : String(weightDecay),
      others,
    })),
    batchSize: String(batchSize),
    epochs: String(epochs),
    stepsPerEpoch: stepsPerEpoch === undefined ? '' : String(stepsPerEpoch),
    checkValEveryNEpoch: checkValEveryNEpoch === undefined ? '' : String(checkValEveryNEpoch),
    seed: String(seed),
  };
}

/** The changes that a form makes, or the problem of each field that cannot be read. The Lab checks the ranges. */
export type FormResult =
  { changes: Partial<Config>; problems?: undefined } | { problems: Partial<Record<Field, Problem>> };

/** The changes that a form makes to `config`; what the page has set itself (`custom`) stays. */
export function changesOf(form: SetupForm, config: CompleteConfig): FormResult {
  const problems: Partial<Record<Field, Problem>> = {};
  const number = (field: Field, path: string, text: string): number => {
    const value = numberOf(text);
    if (!Number.isFinite(value)) problems[field] = toProblem(badValue(path, `"${text}"`, 'number'));
    return value;
  };
  const read = (field: TextField): number => number(field, field, form[field]);
  const optional = (field: TextField): number | undefined =>
    form[field].trim() === '' ? undefined : read(field);

  const changes: Partial<Config> = {
    optimizer: optimizerOf(form, config.optimizer, read, (index, name, text) =>
      number('groups', `optimizer.groups.${index}.${name}`, text),
    ),
    batchSize: read('batchSize'),
    epochs: read('epochs'),
    stepsPerEpoch: optional('stepsPerEpoch'),
    checkValEveryNEpoch: optional('checkValEveryNEpoch'),
    seed: read('seed'),
    classes: form.classes.length === allClasses.length ? undefined : [...form.classes].sort((a, b) => a - b),
  };
  if (form.dataset !== 'custom') changes.dataset = form.dataset;
  else if (config.classes === undefined) changes.classes = undefined;
  if (form.model !== 'custom')
    changes.model = form.model === '' ? undefined : (form.model as Config['model']);
  return Object.keys(problems).length > 0 ? { problems } : { changes };
}

/** The fields whose problems have a code of their own. */
const fieldsByCode: Partial<Record<string, Field>> = {
  'batch-size': 'batchSize',
  'steps-per-epoch': 'stepsPerEpoch',
  'invalid-seed': 'seed',
  'invalid-classes': 'classes',
  'empty-classes': 'classes',
  'mnist-absent': 'dataset',
  'unknown-layer': 'groups',
  'layer-twice': 'groups',
};

/** The fields that have the same name in the config. */
const plainFields = [
  'dataset',
  'classes',
  'model',
  'seed',
  'epochs',
  'batchSize',
  'stepsPerEpoch',
  'checkValEveryNEpoch',
] as const satisfies readonly Field[];

/** The field that shows a problem of the Lab; undefined if none does. */
export function fieldOf({ code, path = '' }: Problem): Field | undefined {
  const byCode = fieldsByCode[code];
  if (byCode !== undefined) return byCode;
  const [first, option, index] = path.split('.');
  if (first !== 'optimizer') return plainFields.find((name) => name === first);
  if (option === 'groups' || option === 'lr') return option;
  if (option === 'betas') return index === '1' ? 'beta2' : 'beta1';
  const all = Object.values(optimizerFields);
  return all
    .flatMap(({ numbers, flags }) => [...(Object.keys(numbers) as NumberOption[]), ...flags])
    .find((name) => name === option);
}

function optimizerOf(
  form: SetupForm,
  before: Config['optimizer'],
  read: (field: TextField) => number,
  readOfGroup: (index: number, name: string, text: string) => number,
): Config['optimizer'] {
  const type = form.optimizer;
  const { numbers, flags } = optimizerFields[type];
  const given: Partial<Record<string, unknown>> = before.type === type ? before : {};
  const options: Record<string, unknown> = { type, lr: read('lr') };
  // PyTorch's defaults are left out, unless the config had them.
  for (const name of numbersOf(type)) {
    const value = read(name);
    if (name === 'beta1' || name === 'beta2') continue;
    if (value !== numbers[name] || name in given) options[name] = value;
  }
  if (numbers.beta1 !== undefined) {
    const betas = [read('beta1'), read('beta2')];
    if (betas[0] !== numbers.beta1 || betas[1] !== numbers.beta2 || 'betas' in given) options.betas = betas;
  }
  for (const name of flags) if (form[name] || name in given) options[name] = form[name];
  const groups = form.groups.map(({ layers, lr, weightDecay, others }, index) => ({
    ...(before.type === type ? others : {}),
    layers: layers.split(/[\s,，、]+/).filter((name) => name !== ''),
    ...(lr.trim() === '' ? {} : { lr: readOfGroup(index, 'lr', lr) }),
    ...(weightDecay.trim() === '' ? {} : { weightDecay: readOfGroup(index, 'weightDecay', weightDecay) }),
  }));
  if (groups.length > 0) options.groups = groups;
  // The Lab checks the whole optimizer.
  return options as unknown as Config['optimizer'];
}

/**
 * The form with another optimizer. The usual values of the old one become those of the new one, because they may
 * differ widely.
 */
export function withOptimizer(form: SetupForm, optimizer: OptimizerName): SetupForm {
  const before = { ...usualNumbers(form.optimizer), lr: String(optimizerFields[form.optimizer].lr) };
  const after = { ...usualNumbers(optimizer), lr: String(optimizerFields[optimizer].lr) };
  // Here SGD usually starts with momentum.
  const momentum = 'momentum' in defaultConfig.optimizer ? String(defaultConfig.optimizer.momentum) : '0';
  if (form.optimizer === 'SGD') before.momentum = momentum;
  if (optimizer === 'SGD') after.momentum = momentum;
  const changed = { ...form, optimizer };
  for (const name of Object.keys(after) as (NumberOption | 'lr')[])
    if (form[name] === before[name]) changed[name] = after[name];
  return changed;
}
