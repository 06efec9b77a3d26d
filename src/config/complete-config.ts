import * as v from 'valibot';

import { checkClasses, digitsDefaults, stepsOfEpoch, validateDataset } from '../data/index.js';
import { badValue, InputError, unknownKey } from '../errors.js';
import { backendNames } from '../gpu/names.js';
import { modelNames } from '../models/names.js';
import { normalisePolicy } from '../policy/index.js';
import type { Policy } from '../policy/index.js';
import { optimizerTypes, optionsOf } from '../optimizers/names.js';
import type { NumberOption, OptimizerOption, OptimizerOptions, OptimizerType } from '../optimizers/names.js';
import type { Config } from './config.js';
import { datasetNames } from './config.js';
import { defaultConfig } from './default-config.js';
import { countRange, isCount } from './names.js';

const count = v.pipe(v.number(), v.custom<number>(isCount));

function numberWithin({ min, above }: Partial<NumberOption>): v.GenericSchema<number> {
  const finite = v.pipe(v.number(), v.finite());
  if (above !== undefined) return v.pipe(finite, v.gtValue(above));
  return min === undefined ? finite : v.pipe(finite, v.minValue(min));
}

const share = v.pipe(v.number(), v.minValue(0), v.ltValue(1));

function optionSchema(option: OptimizerOption): v.GenericSchema {
  switch (option.kind) {
    case 'number':
      return numberWithin(option);
    case 'pair':
      return v.tuple([share, share]);
    case 'flag':
      return v.boolean();
  }
}

/** The most param groups: every step computes the rate of each. */
const mostGroups = 1000;

/** An optimizer and its param groups, which may override every option but the type. */
function optimizerOf(type: OptimizerType) {
  const entries = Object.entries(optionsOf(type)).map(
    ([name, option]) => [name, v.optional(optionSchema(option))] as const,
  );
  const options = Object.fromEntries(entries);
  const layers = v.pipe(v.array(v.pipe(v.string(), v.nonEmpty())), v.nonEmpty());
  return v.strictObject({
    type: v.literal(type),
    ...options,
    lr: optionSchema(optionsOf(type).lr),
    groups: v.optional(v.pipe(v.array(v.strictObject({ layers, ...options })), v.maxLength(mostGroups))),
  });
}

// The table's types describe what the schemas made from it accept.
const optimizer = v.variant('type', optimizerTypes.map(optimizerOf)) as v.GenericSchema<
  unknown,
  OptimizerOptions
>;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** A model of the page's own: anything that can be saved like a tf.js LayersModel. */
const isModel = (value: unknown): boolean =>
  isObject(value) && 'save' in value && typeof value.save === 'function';

const fields = {
  dataset: v.custom<Config['dataset']>(
    (value) => isObject(value) || datasetNames.some((name) => name === value),
  ),
  classes: v.optional(v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(0)))),
  model: v.optional(
    v.custom<Config['model']>((value) => isModel(value) || modelNames.some((name) => name === value)),
  ),
  optimizer,
  policy: v.unknown(),
  batchSize: count,
  epochs: count,
  stepsPerEpoch: v.optional(count),
  checkValEveryNEpoch: v.optional(count),
  // The generators take 32 bits.
  seed: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.ltValue(2 ** 32)),
  backend: v.optional(v.picklist(backendNames)),
};

const schema = v.strictObject(fields);

const required = ['dataset', 'optimizer', 'policy', 'batchSize', 'epochs', 'seed'];

/** What fields accept, where valibot has no description; `*` stands for an index. */
const accepted = new Map<string, string>(
  Object.entries({
    dataset: [...datasetNames.map((name) => `"${name}"`), 'Dataset'].join(' | '),
    model: [...modelNames.map((name) => `"${name}"`), 'tf.LayersModel'].join(' | '),
    classes: 'integer[] ≥ 0',
    batchSize: countRange,
    epochs: countRange,
    stepsPerEpoch: countRange,
    checkValEveryNEpoch: countRange,
    seed: '0 ≤ integer < 2³²',
    'optimizer.groups': `{ layers: ["conv1", …], … }[], ≤ ${mostGroups}`,
    'optimizer.groups.*': '{ layers: ["conv1", …], … }',
    'optimizer.groups.*.layers': '["conv1", …]',
    'optimizer.groups.*.layers.*': '"conv1"',
  }),
);

function expectation(path: string, issue: v.BaseIssue<unknown>): string {
  const known = accepted.get(path.replace(/\.\d+/g, '.*'));
  if (known !== undefined) return known;
  if (issue.type === 'safe_integer') return 'integer';
  if (issue.type === 'finite') return 'finite number';
  return (issue.expected ?? issue.message)
    .replace(/^\((.*)\)$/, '$1')
    .replace(/^>=/, 'number ≥ ')
    .replace(/^[<>]/, 'number $& ');
}

/** The names that are accepted where an unknown key stands, which valibot expects to be `never`. */
function knownKeys({ path }: v.BaseIssue<unknown>): string[] {
  // From the outside in: the config, its optimizer, the list of groups, a group.
  const [, holder, groups] = path?.map(({ input }): unknown => input) ?? [];
  const type = optimizerTypes.find((name) => isObject(holder) && 'type' in holder && holder.type === name);
  if (type === undefined) return Object.keys(fields);
  const options = Object.keys(optionsOf(type));
  return groups === undefined ? ['type', ...options, 'groups'] : ['layers', ...options];
}

/** A config whose every field has been checked, its policy in the normal form. */
export type CompleteConfig = Omit<Config, 'policy'> & { policy: Policy };

/**
 * Checks a config and fills in what is left out from `base`.
 *
 * @throws InputError `config-value` naming the field, its value and what is accepted; `policy` with the policy's issues;
 * `invalid-dataset` for a data set of the page's own; `batch-size` and `steps-per-epoch` for more than the data holds,
 * as far as its size is known before it is loaded
 */
export function completeConfig(given: Partial<Config>, base: Config = defaultConfig): CompleteConfig {
  const { config, problems } = check(given, base);
  if (problems.length > 0) throw problems[0];
  return config;
}

/** Everything that is wrong with a config: {@link completeConfig} throws the first of it. */
export function configProblems(given: Partial<Config>, base: Config = defaultConfig): InputError[] {
  return check(given, base).problems;
}

function check(given: Partial<Config>, base: Config): { config: CompleteConfig; problems: InputError[] } {
  // `undefined` removes an optional field; a required one keeps the base's value.
  const stated = Object.entries<unknown>(given).filter(
    ([name, value]) => value !== undefined || !required.includes(name),
  );
  const merged = { ...base, ...Object.fromEntries<unknown>(stated) };
  const result = v.safeParse(schema, merged);
  const config = result.output as CompleteConfig;
  const problems = problemsOf(result.issues ?? []);
  /** Makes a check of fields in which nothing else is wrong. */
  const checkFields = (names: readonly (keyof Config)[], work: () => void): void => {
    if (problems.some(({ path }) => names.some((name) => path?.split('.')[0] === name))) return;
    try {
      work();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(error);
    }
  };
  const { dataset, classes, optimizer: options } = config;
  const found = problems.length;
  checkFields(['dataset', 'classes'], () => {
    const available = isObject(dataset) ? validateDataset(dataset).classes : 10;
    if (classes) checkClasses(classes, available);
  });
  if (problems.length === found)
    checkFields(['dataset', 'classes', 'batchSize', 'epochs', 'stepsPerEpoch'], () => {
      const images = knownImages(config);
      if (images !== undefined) stepsOfEpoch({ ...config, count: images });
    });
  checkFields(['optimizer'], () => {
    if (options.type === 'SGD' && options.nesterov && (!options.momentum || options.dampening))
      throw badValue(
        'optimizer.nesterov',
        `true with momentum ${options.momentum ?? 0} and dampening ${options.dampening ?? 0}`,
        'momentum > 0, dampening 0',
      );
  });
  checkFields(['policy'], () => {
    config.policy = normalisePolicy(config.policy);
  });
  return { config, problems };
}

/** The problems of a config's fields, one of each. */
function problemsOf(issues: readonly v.BaseIssue<unknown>[]): InputError[] {
  const problems = new Map<string, InputError>();
  for (const issue of issues) {
    const path = v.getDotPath(issue) ?? 'config';
    if (!problems.has(path)) problems.set(path, problemOf(path, issue));
  }
  return [...problems.values()];
}

function problemOf(path: string, issue: v.BaseIssue<unknown>): InputError {
  const { expected, received } = issue;
  return expected === 'never'
    ? unknownKey(path, knownKeys(issue))
    : badValue(path, received, expectation(path, issue));
}

/** How many images there are to train on, where that is known before the data is loaded. */
function knownImages({ dataset, classes }: Pick<Config, 'dataset' | 'classes'>): number | undefined {
  // Files of the reader's own may replace MNIST's.
  if (typeof dataset === 'string')
    return dataset === 'digits' && !classes ? digitsDefaults.training : undefined;
  if (!classes) return dataset.labels.length;
  return dataset.labels.reduce((images, label) => images + (classes.includes(label) ? 1 : 0), 0);
}
