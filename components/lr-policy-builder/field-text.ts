/** Between the value of a parameter and the text of its field. What is no value goes back as text, to be refused. */
import type { Parameter } from '../../src/policy/index.js';
import { numberOf } from '../internal/kit/number-text.js';

/** The text of a value: `0.1`, `30, 80`, formulas on a line each. */
export function textOfValue(value: unknown, { kind }: Parameter): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(String).join(kind === 'formula' ? '\n' : ', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a text says; undefined where it is empty and PyTorch's default holds. */
export function valueOfText(text: string, parameter: Parameter): unknown {
  const isEmpty = text.trim() === '';
  switch (parameter.kind) {
    case 'integers':
      return isEmpty ? [] : text.split(',').map(numberOrText);
    case 'number':
    case 'integer':
      if (isEmpty) return undefined;
      return parameter.perGroup && text.includes(',')
        ? text.split(',').map(numberOrText)
        : numberOrText(text);
    case 'formula': {
      if (isEmpty) return undefined;
      const lines = text.split('\n').filter((line) => line.trim() !== '');
      return parameter.perGroup && lines.length > 1 ? lines : lines[0].trim();
    }
    case 'boolean':
      return text === 'true';
    case 'choice':
    case 'schedulers':
      return text;
  }
}

function numberOrText(text: string): number | string {
  const number = numberOf(text);
  return Number.isFinite(number) ? number : text.trim();
}
