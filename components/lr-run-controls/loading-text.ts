import type { Config, LoadProgress } from '../../src/lab/index.js';
import type { Terms } from '../locales/terms.js';

/** Describes what is loading; `format` writes a count, or bytes. */
export function loadingText(
  loading: LoadProgress | undefined,
  dataset: Config['dataset'],
  terms: Terms['controls'],
  format: (value: number) => string,
): string {
  if (loading === undefined) return terms.preparingData;
  const { stage, unit, done, total } = loading;
  if (stage === 'backend') return terms.loadingBackend;
  if (stage === 'model') return terms.loadingModel;
  if (stage === 'replay') return terms.replaying(format(done), format(total));
  if (stage === 'rangeTest') return terms.testingRates(format(done), format(total));
  if (total === 0 || unit === 'none') return terms.preparingData;
  if (unit === 'bytes') return terms.downloading(format(done), format(total));
  const say = dataset === 'digits' ? terms.drawingDigits : terms.readingImages;
  return say(format(done), format(total));
}
