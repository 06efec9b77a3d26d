/**
 * Converts between the value of a parameter and the text of its field. A text that is not a value stays a text, and
 * is refused later.
 */
import type { Parameter } from '../../src/policy/index.js';
import { decimalOf, numberOf } from '../internal/kit/number-text.js';

/** The text of a value: `0.1`, `30, 80`, formulas on separate lines. */
export function textOfValue(value: unknown, { kind }: Parameter): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(String).join(kind === 'formula' ? '\n' : ', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The value of a text; undefined for an empty one, which stands for PyTorch's default. */
export function valueOfText(text: string, parameter: Parameter): unknown {
  const isEmpty = text.trim() === '';
  switch (parameter.kind) {
    case 'integers':
      return isEmpty ? [] : text.split(',').map(numberOrText);
    case 'number':
    case 'integer':
      if (isEmpty) return undefined;
      // With nothing but a comma between digits, "0,1" is a number; "0.1, 0.2" is a list.
      if (Number.isFinite(decimalOf(text))) return decimalOf(text);
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
