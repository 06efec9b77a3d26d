/** `__lr__(optimizer)`, by which Hugging Face's functions ask for the learning rate. */
import type { State } from '../../state/state.js';
import { numberValue } from '../../values/make-values.js';
import type { Value } from '../../values/value.js';
import { optimizerOf } from '../optimizers/optimizer-of.js';

/** The learning rate that an optimizer begins with. */
export function baseRate(state: State, value: Value | undefined, line: number): Value {
  const optimizer = value && optimizerOf(state, value, line);
  const rate = optimizer?.options.get('lr');
  if (rate) return rate;
  const defaults: Readonly<Record<string, number>> = { Adam: 1e-3, AdamW: 1e-3, SGD: 1e-3, RMSprop: 1e-2 };
  const name = optimizer?.class ?? '';
  if (Object.hasOwn(defaults, name)) return numberValue(defaults[name]);
  const text = `${optimizer?.name ?? 'optimizer'}.lr`;
  return (
    state.answerFor(text) ??
    state.unknown(text, line, 'the code does not tell the learning rate', {
      varies: false,
    })
  );
}
