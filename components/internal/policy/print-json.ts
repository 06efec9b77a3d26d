/**
 * Prints JSON for a narrow box: what fits into `width` characters stays on one line, the brackets of a list of
 * objects share a line with the first and the last object, and short members share a line. `before` is the text
 * already on the line. `JSON.stringify` with an indent does none of it.
 */
export function printJson(value: unknown, width = 40, indent = '', before = ''): string {
  const flat = printFlat(value);
  if (indent.length + before.length + flat.length <= width || typeof value !== 'object' || value === null)
    return flat;
  if (isListOfObjects(value)) return `[${value.map((item) => printMembers(item, width, indent)).join(', ')}]`;
  return printMembers(value, width, indent);
}

/** An object or a list over several lines. */
function printMembers(value: object, width: number, indent: string): string {
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const flat = flatMembers(value).join(', ');
  if (inner.length + flat.length <= width) return `${open}\n${inner}${flat}\n${indent}${close}`;
  const members = Array.isArray(value)
    ? value.map((item) => printJson(item, width, inner))
    : entriesOf(value).map(([key, item]) => {
        const before = `${JSON.stringify(key)}: `;
        return before + printJson(item, width, inner, before);
      });
  return `${open}\n${members.map((member) => inner + member).join(',\n')}\n${indent}${close}`;
}

function printFlat(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = flatMembers(value).join(', ');
  if (Array.isArray(value)) return `[${members}]`;
  return members === '' ? '{}' : `{ ${members} }`;
}

function flatMembers(value: object): string[] {
  if (Array.isArray(value)) return value.map(printFlat);
  return entriesOf(value).map(([key, item]) => `${JSON.stringify(key)}: ${printFlat(item)}`);
}

/** As in `JSON.stringify`, undefined members are left out. */
function entriesOf(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, item]) => item !== undefined);
}

function isListOfObjects(value: object): value is object[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => typeof item === 'object' && item !== null && !Array.isArray(item))
  );
}
