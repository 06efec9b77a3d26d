/** Reads the attributes and properties of `<lr-lab>` into a config, or reports what is wrong with them. */
import { badValue, type Problem } from '../../src/errors.js';
import { numberOf } from '../internal/kit/number-text.js';
import { completeConfig, optimizerTypes, usualLr } from '../../src/config/index.js';
import { type Config, defaultConfig, expectedPlan } from '../../src/lab/index.js';
import { printValue } from '../../src/policy/index.js';
import { readPolicyValue } from '../internal/policy/policy-value.js';

/** The attributes that make up the config. */
export const configAttributes = [
  'dataset',
  'classes',
  'model',
  'optimizer',
  'lr',
  'batch-size',
  'epochs',
  'steps-per-epoch',
  'seed',
  'policy',
  'backend',
] as const;

/** One of {@link configAttributes}. */
export type ConfigAttribute = (typeof configAttributes)[number];

/** What the page gave: attributes' texts, or values of properties; null or undefined for what it did not give. */
export type GivenValues = Readonly<Partial<Record<ConfigAttribute, unknown>>>;

/**
 * The part of a config that the values in `names` (by default all that are given) set. A name without a value is a
 * removed attribute and restores the default. Names of models and others are passed on unchecked: the Lab checks them.
 * `present` is the lab's config: `lr` alone changes only the rate of its optimizer, and a preset is fitted to it.
 *
 * @throws InputError `config-value` for a value that is not a number, list or JSON; `policy` with the policy's issues.
 */
export function configFromAttributes(
  given: GivenValues,
  names: readonly ConfigAttribute[] = configAttributes.filter((name) => isGiven(given[name])),
  present: Config = defaultConfig,
): Partial<Config> {
  const config: Record<string, unknown> = {};
  const read = (
    name: ConfigAttribute,
    field: keyof Config,
    reader: (name: string, value: unknown) => unknown,
  ) => {
    const value = given[name];
    config[field] = isGiven(value) ? reader(name, value) : defaultConfig[field];
  };
  for (const name of names) {
    switch (name) {
      case 'dataset':
      case 'model':
      case 'backend':
        read(name, name, (_, value) => (typeof value === 'string' ? value.trim() : value));
        break;
      case 'classes':
        read(name, name, numbers);
        break;
      case 'optimizer':
      case 'lr':
        config.optimizer = optimizerFrom(given, present.optimizer);
        break;
      case 'batch-size':
        read(name, 'batchSize', number);
        break;
      case 'epochs':
      case 'seed':
        read(name, name, number);
        break;
      case 'steps-per-epoch':
        read(name, 'stepsPerEpoch', number);
        break;
      case 'policy':
        // Last, because a preset is fitted to the rest.
        break;
    }
  }
  if (names.includes('policy')) {
    const plan = () => {
      const complete = completeConfig({ ...present, ...config });
      return { ...expectedPlan(complete), lr: complete.optimizer.lr };
    };
    read('policy', 'policy', (_, value) => readPolicyValue(value, plan).policy);
  }
  // The Lab checks every value; here they are only read.
  return config;
}

/**
 * Whether two given values say the same. Frameworks make objects again with each rendering; data sets and models are
 * compared by identity.
 */
export function isSameValue(name: ConfigAttribute, one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (!isGiven(one) || !isGiven(other)) return !isGiven(one) && !isGiven(other);
  if (name === 'dataset' || name === 'model') return false;
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The attributes whose values the config has under another name. */
const attributeOf: Readonly<Partial<Record<string, ConfigAttribute>>> = {
  'optimizer.lr': 'lr',
  batchSize: 'batch-size',
  stepsPerEpoch: 'steps-per-epoch',
};

/** A problem of the config, which the Lab checks, about the attribute from which its value came. */
export function aboutAttribute(problem: Problem, given: GivenValues): Problem {
  const { path = '', message } = problem;
  const name = attributeOf[path];
  if (name === undefined || !isGiven(given[name])) return problem;
  return { ...problem, path: name, message: message.replace(path, name) };
}

/** @throws InputError `config-value` for an `autostart` that means neither yes nor no */
export function checkAutostart(autostart: unknown): void {
  if (isGiven(autostart) && typeof autostart !== 'boolean' && autostart !== 'visible')
    throw badValue('autostart', printValue(autostart), 'true | false | "visible"');
}

const isGiven = (value: unknown): boolean => value !== null && value !== undefined;

function optimizerFrom({ optimizer, lr }: GivenValues, current: Config['optimizer']): unknown {
  const rate = isGiven(lr) ? { lr: number('lr', lr) } : {};
  if (!isGiven(optimizer)) {
    // Without the attribute the page sets only the rate; a removed rate restores the default.
    return isGiven(lr) ? { ...current, ...rate } : { ...defaultConfig.optimizer };
  }
  const accepted = [...optimizerTypes.map((type) => `"${type}"`), '{ "type": …, "lr": … }'].join(' | ');
  if (typeof optimizer === 'string' && !optimizer.trim().startsWith('{')) {
    const type = optimizer.trim();
    return { type, lr: rateOf(type), ...rate };
  }
  const options = typeof optimizer === 'string' ? json('optimizer', optimizer, accepted) : optimizer;
  if (typeof options !== 'object') throw badValue('optimizer', printValue(options), accepted);
  return { lr: rateOf((options as { type?: unknown }).type), ...options, ...rate };
}

/** The rate of an optimizer that is given without one; the Lab refuses an unknown type. */
function rateOf(type: unknown): number {
  return usualLr(optimizerTypes.find((known) => known === type) ?? 'SGD');
}

function numbers(name: string, value: unknown): unknown[] {
  // The Lab checks what a list contains.
  if (Array.isArray(value)) return value;
  if (typeof value === 'number') return [value];
  const values = typeof value === 'string' ? value.split(/[\s,]+/).filter((part) => part !== '') : [];
  const read = values.map(numberOf);
  if (read.length === 0 || read.some(Number.isNaN)) throw badValue(name, printValue(value), '"3 8" | [3, 8]');
  return read;
}

function number(name: string, value: unknown): number {
  const read = typeof value === 'string' ? numberOf(value) : value;
  if (typeof read !== 'number' || Number.isNaN(read)) throw badValue(name, printValue(value), 'number');
  return read;
}

function json(name: string, text: string, accepted: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw badValue(name, printValue(text), accepted);
  }
}
