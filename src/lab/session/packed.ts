/**
 * Plain data as JSON, bit for bit. What JSON cannot express is an object with one key that begins with a dollar sign:
 * typed arrays are base64 of their bytes (`{ "$float32": "AACAPw==" }`), numbers that JSON lacks are words
 * (`{ "$number": "NaN" }`), and an object with such a key of its own is the list of its entries (`{ "$object": … }`).
 */
import { InputError } from '../../errors.js';
import { printValue } from '../../policy/index.js';

/** A JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The typed arrays that can be packed; every machine with WebGPU or WebAssembly holds them little-endian. */
const arrays = {
  $uint8: Uint8Array,
  $int32: Int32Array,
  $uint32: Uint32Array,
  $float32: Float32Array,
  $float64: Float64Array,
} as const;

const numbers: Partial<Record<string, number>> = {
  NaN: NaN,
  Infinity: Infinity,
  '-Infinity': -Infinity,
  '-0': -0,
};

/** The deepest nesting that is read. */
const deepest = 64;

/** The most values that are read; a typed array counts as one. */
const most = 1_000_000;

/**
 * Packs plain data: primitives, arrays, typed arrays and plain objects, whose undefined fields are left out.
 *
 * @throws Error for anything else, such as a function
 */
export function pack(value: unknown): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') {
    const isJson = Number.isFinite(value) && !Object.is(value, -0);
    return isJson ? value : { $number: Object.is(value, -0) ? '-0' : String(value) };
  }
  if (Array.isArray(value)) return value.map(pack);
  if (ArrayBuffer.isView(value)) {
    const name = Object.entries(arrays).find(([, kind]) => value instanceof kind)?.[0];
    if (name === undefined) throw new Error(`${value.constructor.name} cannot be packed.`);
    return { [name]: toBase64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) };
  }
  if (typeof value !== 'object') throw new Error(`${typeof value} cannot be packed.`);
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]): [string, Json] => [key, pack(item)]);
  return entries.some(([key]) => key.startsWith('$')) ? { $object: entries } : Object.fromEntries(entries);
}

/**
 * Reads packed data back, as fresh objects.
 *
 * @param code of the InputError, which names what the data belong to
 * @throws InputError for anything that {@link pack} does not write, naming its path
 */
export function unpack(value: unknown, code: string): unknown {
  let values = 0;

  const read = (item: unknown, path: string[]): unknown => {
    values++;
    if (values > most || path.length > deepest) {
      const received = values > most ? `> ${most} values` : `> ${deepest} levels`;
      throw malformed(code, path, received, `≤ ${most} values, ≤ ${deepest} levels`);
    }
    if (item === null || typeof item === 'boolean' || typeof item === 'string' || typeof item === 'number')
      return item;
    if (Array.isArray(item))
      return item.map((inner: unknown, index) => read(inner, [...path, String(index)]));
    if (typeof item !== 'object') throw malformed(code, path, printValue(item), 'JSON');
    const entries = Object.entries(item);
    const [key, content] = entries.length === 1 ? (entries[0] as [string, unknown]) : ['', undefined];
    if (!key.startsWith('$'))
      return Object.fromEntries(entries.map(([name, inner]) => [name, read(inner, [...path, name])]));
    const kind = Object.entries(arrays).find(([name]) => name === key)?.[1];
    if (kind && typeof content === 'string') {
      const bytes = fromBase64(content);
      if (bytes && bytes.length % kind.BYTES_PER_ELEMENT === 0) return new kind(bytes.buffer);
    }
    if (key === '$number' && typeof content === 'string' && Object.hasOwn(numbers, content))
      return numbers[content];
    if (key === '$object' && Array.isArray(content) && content.every(isEntry))
      return Object.fromEntries(content.map(([name, inner]) => [name, read(inner, [...path, name])]));
    throw malformed(code, [...path, key], printValue(content), packings);
  };
  return read(value, []);
}

const packings = [...Object.keys(arrays).map((name) => `{ "${name}": base64 }`), '{ "$number": "NaN" }'].join(
  ' | ',
);

const isEntry = (value: unknown): value is [string, unknown] =>
  Array.isArray(value) && value.length === 2 && typeof value[0] === 'string';

/** The error for malformed data from outside; `code` names what the data belong to. */
export function malformed(
  code: string,
  path: readonly (string | number)[],
  received: string,
  accepted: string,
): InputError {
  const name = path.length > 0 ? path.join('.') : undefined;
  const message = `${name ?? 'this'} is ${received}; accepted: ${accepted}.`;
  return new InputError({ code, message, path: name, received, accepted });
}

/** Bytes that are encoded at a time: no more than the arguments that a call may have, and a multiple of three. */
const chunk = 0x1800;

/** Base64 of bytes, with padding. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += chunk) {
    // Spreading takes six times as long.
    const characters: unknown = Reflect.apply(
      String.fromCharCode,
      undefined,
      bytes.subarray(start, start + chunk),
    );
    text += btoa(String(characters));
  }
  return text;
}

/** The bytes of a base64 text; undefined for any other text. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  let characters: string;
  try {
    characters = atob(text);
  } catch {
    return undefined;
  }
  const bytes = new Uint8Array(characters.length);
  for (let index = 0; index < bytes.length; index++) bytes[index] = characters.charCodeAt(index);
  return bytes;
}
