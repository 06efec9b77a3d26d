import type { Config, Lab } from '../../src/lab/index.js';
import { formatRate } from '../internal/kit/format.js';
import { viewOf } from '../internal/lab/lab-view.js';
import type { Terms } from '../locales/terms.js';

/** The configuration in short words, for the header: data, model, optimizer, batch, seed. */
export function configText(
  config: Config,
  modelName: string | undefined,
  terms: Terms['lab'],
  number: (value: number) => string,
): string[] {
  const { dataset, classes, model, optimizer, batchSize, seed } = config;
  const data = terms.datasets[typeof dataset === 'string' ? dataset : 'custom'];
  const chosen = modelName ?? (typeof model === 'object' ? 'custom' : model);
  return [
    classes === undefined ? data : `${data} (${terms.classes(classes.join(', '))})`,
    chosen === undefined ? terms.modelChosenOnStart : (nameOf(chosen, terms.models) ?? chosen),
    optimizerWords(optimizer, terms),
    terms.batch(number(batchSize)),
    // A seed is a name, not a quantity: no thousands separator.
    terms.seed(String(seed)),
  ];
}

/** The settings of the selected run in a few words: data, model, optimizer and learning rate. */
export function settingsText(lab: Lab, terms: Terms['lab']): string {
  const { config } = viewOf(lab).selected.value;
  const [data, model] = configText(config, lab.modelName.value, terms, String);
  const { type, lr } = config.optimizer;
  return [data, model, `${type} ${formatRate(lr)}`].join(' · ');
}

function optimizerWords(optimizer: Config['optimizer'], terms: Terms['lab']): string {
  const words = `${optimizer.type} ${formatRate(optimizer.lr)}`;
  if (optimizer.type !== 'SGD' || !optimizer.momentum) return words;
  return `${words} ${terms.momentum(String(optimizer.momentum))}`;
}

function nameOf(model: string, names: Terms['lab']['models']): string | undefined {
  return Object.entries(names).find(([id]) => id === model)?.[1];
}
