/** Python as text: values, calls, lines. */

const longestLine = 88;

/** A call, a list or a dictionary, still to be broken into lines. */
export interface Call {
  readonly head: string;
  readonly parts: readonly (string | Call)[];
  readonly brackets: '()' | '[]' | '{}';
}

/** A call of `head`; with other brackets and no head, a list or a dictionary. */
export function call(
  head: string,
  parts: readonly (string | Call)[],
  brackets: Call['brackets'] = '()',
): Call {
  return { head, parts, brackets };
}

/** The lines of a call between a prefix and a suffix: one if it is short, else an argument a line. */
export function render(item: string | Call, prefix: string, suffix = ''): string[] {
  if (typeof item === 'string') return [`${prefix}${item}${suffix}`];
  const flat = `${prefix}${flatten(item)}${suffix}`;
  if (flat.length <= longestLine) return [flat];
  const [open, close] = item.brackets;
  const inner = item.parts.flatMap((part) => render(part, '', ','));
  return [`${prefix}${item.head}${open}`, ...indent(inner), `${close}${suffix}`];
}

/** Lines one level deeper. */
export function indent(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `    ${line}`));
}

/** An import of several names from one module. */
export function importFrom(module: string, names: readonly string[]): string[] {
  const line = `from ${module} import ${names.join(', ')}`;
  if (names.length === 0) return [];
  if (line.length <= longestLine) return [line];
  return [`from ${module} import (`, ...indent(names.map((name) => `${name},`)), ')'];
}

/** A number; some classes of PyTorch insist on a float where a whole number would do. */
export function pythonNumber(value: number, isFloat = false): string {
  const text = String(value);
  return isFloat && /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** Options under PyTorch's names; what has no form in Python is left out. */
export function settingsOf(options: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(options).flatMap(([name, value]): [string, string][] => {
    const python = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (typeof value === 'number') return [[python, pythonNumber(value)]];
    if (typeof value === 'boolean') return [[python, value ? 'True' : 'False']];
    const isNumbers = Array.isArray(value) && value.every((item) => typeof item === 'number');
    return isNumbers ? [[python, `(${value.map((item) => pythonNumber(item)).join(', ')})`]] : [];
  });
}

function flatten(item: string | Call): string {
  if (typeof item === 'string') return item;
  const [open, close] = item.brackets;
  return `${item.head}${open}${item.parts.map(flatten).join(', ')}${close}`;
}
