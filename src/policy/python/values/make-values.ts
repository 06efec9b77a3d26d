/** Makes values, and takes out what is known of them. */
import { Cell } from './cell.js';
import type { CallArgument, DictionaryValue, Key, SequenceValue, UnknownValue, Value } from './value.js';

/** Python's `None`. */
export const none: Value = { type: 'none' };

/** A number that is known. */
export function numberValue(value: number): Value {
  return { type: 'number', value };
}

/** `True` or `False`. */
export function booleanValue(value: boolean): Value {
  return { type: 'boolean', value };
}

/** A string that is known. */
export function stringValue(value: string): Value {
  return { type: 'string', value };
}

/** A list, a tuple or a set of known items. */
export function sequenceValue(kind: SequenceValue['kind'], items: readonly Value[]): SequenceValue {
  return { type: 'sequence', kind, items: new Cell<readonly Value[] | UnknownValue>(items) };
}

/** A dictionary of known entries. */
export function dictionaryValue(entries: ReadonlyMap<Key, Value>): DictionaryValue {
  return { type: 'dictionary', entries: new Cell<ReadonlyMap<Key, Value> | UnknownValue>(entries) };
}

/** The items of a sequence; undefined where they are not known. */
export function itemsOf(value: Value): readonly Value[] | undefined {
  if (value.type !== 'sequence') return undefined;
  const { content } = value.items;
  return isUnknown(content) ? undefined : content;
}

/** The entries of a dictionary; undefined where they are not known. */
export function entriesOf(value: Value): ReadonlyMap<Key, Value> | undefined {
  if (value.type !== 'dictionary') return undefined;
  const { content } = value.entries;
  return isUnknown(content) ? undefined : content;
}

/** Whether something is a value that the code does not tell. */
export function isUnknown(content: unknown): content is UnknownValue {
  return typeof content === 'object' && content !== null && 'type' in content && content.type === 'unknown';
}

/** A number, also where it is a boolean. */
export function numberOf(value: Value | undefined): number | undefined {
  if (value?.type === 'number') return value.value;
  return value?.type === 'boolean' ? Number(value.value) : undefined;
}

/** The same items, of which any may be missing. */
export function perhaps<Item>(items: readonly Item[]): readonly (Item | undefined)[] {
  return items;
}

/** The arguments that are given by name, as entries of a dictionary. */
export function keywordArguments(given: readonly CallArgument[]): [Key, Value][] {
  return given.flatMap(({ name, value }): [Key, Value][] => (name === undefined ? [] : [[name, value]]));
}
