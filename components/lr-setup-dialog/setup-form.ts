/** The set-up dialog's fields as texts, and the conversion between them and a config. */
import { configProblems, type OptimizerType, optimizerTypes, usualLr } from '../../src/config/index.js';
import { badValue, type Problem, toProblem } from '../../src/errors.js';
import type { CompleteConfig, Config } from '../../src/lab/index.js';
import { numberOf } from '../internal/kit/number-text.js';
import {
  allFields,
  flagFields,
  type FlagOption,
  numberFields,
  type NumberOption,
} from './optimizer-fields.js';

/** The fields that hold text, by the names of the config, flattened. */
export type TextField =
  'lr' | NumberOption | 'batchSize' | 'epochs' | 'stepsPerEpoch' | 'checkValEveryNEpoch' | 'seed';

/** A field of the form at which a problem can be shown. */
export type Field = TextField | FlagOption | 'dataset' | 'classes' | 'model' | 'groups';

/** A param group; an empty text keeps the optimizer's value. */
export interface GroupForm {
  layers: string;
  lr: string;
  weightDecay: string;
  /** The other options of the group, set by the page. */
  others: object;
}

/** The values of the form. `custom` stands for a data set or a model of the page's own. */
export interface SetupForm extends Record<TextField, string>, Record<FlagOption, boolean> {
  dataset: 'digits' | 'mnist' | 'custom';
  classes: readonly number[];
  /** Empty: the Lab chooses. */
  model: string;
  optimizer: OptimizerType;
  groups: readonly GroupForm[];
}

const allClasses = Array.from({ length: 10 }, (_, digit) => digit);

/** An optimizer's options by their names in the form. */
function valuesOf(optimizer: Config['optimizer']): Partial<Record<string, unknown>> {
  const betas = 'betas' in optimizer ? optimizer.betas : undefined;
  return { ...optimizer, beta1: betas?.[0], beta2: betas?.[1] };
}

/** The texts of all options that are numbers: an optimizer's own, and others' for those that it does not have. */
function numberTexts(type: OptimizerType, value: 'standard' | 'usual'): Record<NumberOption, string> {
  const fields = [...optimizerTypes, type].flatMap(numberFields);
  const texts = fields.map((field) => [field.name, String(field[value])]);
  return Object.fromEntries(texts) as Record<NumberOption, string>;
}

/** The form of a config. */
export function formOf(config: CompleteConfig): SetupForm {
  const { dataset, classes, model, optimizer, batchSize, epochs, stepsPerEpoch, checkValEveryNEpoch, seed } =
    config;
  const values = valuesOf(optimizer);
  const numbers = numberTexts(optimizer.type, 'standard');
  for (const { name } of numberFields(optimizer.type))
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

/** The edits of a form on the form of other settings: fields that are not edited take over the new values. */
export function withEdits(form: SetupForm, before: SetupForm, now: SetupForm): SetupForm {
  const edits = editsOf(form, before).map((name) => [name, form[name]]);
  return { ...now, ...(Object.fromEntries(edits) as Partial<SetupForm>) };
}

/** The fields whose values differ between two forms. */
export function editsOf(form: SetupForm, before: SetupForm): (keyof SetupForm)[] {
  const names = Object.keys(form) as (keyof SetupForm)[];
  return names.filter((name) => JSON.stringify(form[name]) !== JSON.stringify(before[name]));
}

/** A problem of each field that has one, and of the form. */
export type FormProblems = Partial<Record<Field | 'form', Problem>>;

/** What a form changes, and everything that is wrong with it. */
export interface FormResult {
  changes: Partial<Config>;
  problems: FormProblems;
}

/** The changes that a form makes to `config`; a data set or model of the page's own (`custom`) stays. */
export function changesOf(form: SetupForm, config: CompleteConfig): FormResult {
  const problems: FormProblems = {};
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
  // A text that cannot be read is reported as it is.
  for (const problem of configProblems(changes, config))
    problems[fieldOf(problem) ?? 'form'] ??= toProblem(problem);
  return { changes, problems };
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

/** The fields of the config that have the same name in the form. */
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

/** The field of the form to which a problem of the Lab belongs, if any. */
export function fieldOf({ code, path = '' }: Problem): Field | undefined {
  const byCode = fieldsByCode[code];
  if (byCode !== undefined) return byCode;
  const [first, option, index] = path.split('.');
  if (first !== 'optimizer') return plainFields.find((name) => name === first);
  if (option === 'groups' || option === 'lr') return option;
  if (option === 'betas') return index === '1' ? 'beta2' : 'beta1';
  return allFields.find(({ name }) => name === option)?.name;
}

function optimizerOf(
  form: SetupForm,
  before: Config['optimizer'],
  read: (field: TextField) => number,
  readOfGroup: (index: number, name: string, text: string) => number,
): Config['optimizer'] {
  const type = form.optimizer;
  const given: Partial<Record<string, unknown>> = before.type === type ? before : {};
  const options: Record<string, unknown> = { type, lr: read('lr') };
  // PyTorch's defaults are left out, unless the config states them.
  const betas: number[] = [];
  let areBetasStated = 'betas' in given;
  for (const { name, standard } of numberFields(type)) {
    const value = read(name);
    if (name === 'beta1' || name === 'beta2') {
      betas.push(value);
      areBetasStated ||= value !== standard;
    } else if (value !== standard || name in given) options[name] = value;
  }
  if (betas.length > 0 && areBetasStated) options.betas = betas;
  for (const { name } of flagFields(type)) if (form[name] || name in given) options[name] = form[name];
  const groups = form.groups.map(({ layers, lr, weightDecay, others }, index) => ({
    ...(before.type === type ? others : {}),
    layers: layers.split(/[\s,，、]+/).filter((name) => name !== ''),
    ...(lr.trim() === '' ? {} : { lr: readOfGroup(index, 'lr', lr) }),
    ...(weightDecay.trim() === '' ? {} : { weightDecay: readOfGroup(index, 'weightDecay', weightDecay) }),
  }));
  if (groups.length > 0) options.groups = groups;
  // The Lab checks it.
  return options as unknown as Config['optimizer'];
}

/** The form with another optimizer. A value that is just the old one's usual value becomes the new one's. */
export function withOptimizer(form: SetupForm, optimizer: OptimizerType): SetupForm {
  const usual = (type: OptimizerType) => ({ ...numberTexts(type, 'usual'), lr: String(usualLr(type)) });
  const before = usual(form.optimizer);
  const after = usual(optimizer);
  const changed = { ...form, optimizer };
  for (const name of Object.keys(after) as (NumberOption | 'lr')[])
    if (form[name] === before[name]) changed[name] = after[name];
  return changed;
}
