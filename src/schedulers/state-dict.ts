/**
 * State dicts as text, in the dialect of Python's `json` module: JSON, but with a bare `NaN`, `Infinity` and
 * `-Infinity`, which `JSON.parse` refuses and `JSON.stringify` turns into `null`.
 */
import type { StateDict, StateValue } from './scheduler.js';
import { invalidState } from './state-fields.js';

// Strings match first, so that a bare name is found only outside strings.
const stringOrBareName = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g;

/** Reads a state dict that Python's `json.dump` or `formatStateDict` wrote; throws for any other text. */
export function parseStateDict(text: string): StateDict {
  const given: unknown = text;
  if (typeof given !== 'string') throw invalidState('text', given, "JSON, as Python's json.dump writes it");
  let nan = 'NaN';
  while (text.includes(`"${nan}"`)) nan += ' ';
  const json = text.replace(stringOrBareName, (token) => {
    if (token === 'NaN') return `"${nan}"`;
    // A literal that is too large for a double is read as an infinity.
    return token.startsWith('"') ? token : token.replace('Infinity', '1e999');
  });
  const state = parseJson(json, (value) => (value === nan ? NaN : value));
  if (typeof state !== 'object' || state === null || Array.isArray(state)) {
    throw invalidState('top level', state, 'an object with keys');
  }
  return state as StateDict;
}

function parseJson(json: string, revive: (value: unknown) => unknown): unknown {
  try {
    return JSON.parse(json, (_key, value: unknown) => revive(value));
  } catch {
    const opening = json.length > 60 ? `${json.slice(0, 60)}…` : json;
    throw invalidState('text', opening, "JSON, as Python's json.dump writes it", 'ValueError');
  }
}

/** Writes a state dict as Python's `json.dump` does, so that Python's `json.load` reads it. */
export function formatStateDict(state: StateDict): string {
  return formatValue(state);
}

function formatValue(value: StateValue): string {
  // JSON.stringify loses the sign of -0; String writes NaN and the infinities as Python does.
  if (typeof value === 'number') return Object.is(value, -0) ? '-0.0' : String(value);
  if (Array.isArray(value)) return `[${value.map(formatValue).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(
      ([key, item]) => `${JSON.stringify(key)}: ${formatValue(item)}`,
    );
    return `{${entries.join(', ')}}`;
  }
  return JSON.stringify(value);
}
