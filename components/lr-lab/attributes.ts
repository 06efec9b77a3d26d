/** Reads the attributes of `<lr-lab>` into a config, or reports what is wrong with them. */
import { badValue, InputError } from '../../src/errors.js';
import { numberOf } from '../internal/kit/number-text.js';
import { completeConfig, optimizerTypes, usualLr } from '../../src/config/index.js';
import { type Config, defaultConfig, expectedPlan } from '../../src/lab/index.js';
import { parsePolicyText, type Policy, presetOf, presets } from '../../src/policy/index.js';

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

/** The attributes' texts; null or missing if there is no attribute. */
export type AttributeTexts = Readonly<Partial<Record<ConfigAttribute, string | null>>>;

/**
 * The part of a config that the attributes in `names` (by default all that are present) set. A name without a text is a
 * removed attribute and restores the default. Names of models and others are passed on unchecked: the Lab checks them.
 * `present` is the lab's config: `lr` alone changes only the rate of its optimizer, and a preset is fitted to it.
 *
 * @throws InputError `config-value` for a text that is not a number, list or JSON; `policy` with the policy's issues.
 */
export function configFromAttributes(
  texts: AttributeTexts,
  names: readonly ConfigAttribute[] = configAttributes.filter((name) => isGiven(texts[name])),
  present: Config = defaultConfig,
): Partial<Config> {
  const config: Record<string, unknown> = {};
  for (const name of names) {
    const text = texts[name];
    switch (name) {
      case 'dataset':
      case 'model':
      case 'backend':
        config[name] = isGiven(text) ? text.trim() : defaultConfig[name];
        break;
      case 'classes':
        config.classes = isGiven(text) ? numbers(name, text) : defaultConfig.classes;
        break;
      case 'optimizer':
      case 'lr':
        config.optimizer = optimizerFrom(texts, present.optimizer);
        break;
      case 'batch-size':
        config.batchSize = isGiven(text) ? number(name, text) : defaultConfig.batchSize;
        break;
      case 'epochs':
      case 'seed':
        config[name] = isGiven(text) ? number(name, text) : defaultConfig[name];
        break;
      case 'steps-per-epoch':
        config.stepsPerEpoch = isGiven(text) ? number(name, text) : defaultConfig.stepsPerEpoch;
        break;
      case 'policy':
        // Last, because a preset is fitted to the rest.
        break;
    }
  }
  if (names.includes('policy')) {
    const { policy } = texts;
    config.policy = isGiven(policy) ? policyFrom(policy, { ...present, ...config }) : defaultConfig.policy;
  }
  // The Lab checks every value; here they are only read.
  return config;
}

function isGiven(text: string | null | undefined): text is string {
  return typeof text === 'string';
}

function optimizerFrom(texts: AttributeTexts, current: Config['optimizer']): unknown {
  const { optimizer, lr } = texts;
  const rate = isGiven(lr) ? { lr: number('lr', lr) } : {};
  if (!isGiven(optimizer)) {
    // Without the attribute the page sets only the rate; a removed rate restores the default.
    return isGiven(lr) ? { ...current, ...rate } : { ...defaultConfig.optimizer };
  }
  const text = optimizer.trim();
  if (!text.startsWith('{')) return { type: text, lr: rateOf(text), ...rate };
  const accepted = [...optimizerTypes.map((type) => `"${type}"`), '{ "type": …, "lr": … }'].join(' | ');
  const options = json('optimizer', text, accepted) as { type?: unknown };
  return { lr: rateOf(options.type), ...options, ...rate };
}

/** The rate of an optimizer that is given without one; the Lab refuses an unknown type. */
function rateOf(type: unknown): number {
  return usualLr(optimizerTypes.find((known) => known === type) ?? 'SGD');
}

function policyFrom(text: string, config: Config): Policy {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) {
    const preset = presetOf(trimmed);
    if (preset !== undefined) {
      return preset.policy({ ...expectedPlan(completeConfig(config)), lr: config.optimizer.lr });
    }
    throw badValue('policy', `"${trimmed}"`, ['JSON', ...presets.map(({ id }) => `"${id}"`)].join(' | '));
  }
  const result = parsePolicyText(trimmed);
  if (result.success) return result.policy;
  throw new InputError({
    code: 'policy',
    message: `the policy is not valid: ${result.issues.map(({ message }) => message).join('; ')}`,
    path: 'policy',
    issues: result.issues,
  });
}

function numbers(name: string, text: string): number[] {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '');
  const values = parts.map(numberOf);
  if (values.length === 0 || values.some(Number.isNaN)) throw badValue(name, `"${text}"`, '"3 8"');
  return values;
}

function number(name: string, text: string): number {
  const value = numberOf(text);
  if (Number.isNaN(value)) throw badValue(name, `"${text}"`, 'number');
  return value;
}

function json(name: string, text: string, accepted: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw badValue(name, `"${text}"`, accepted);
  }
}
