/** Objects with attributes of classes that the program does not define. */
import type { ExpressionOf } from '../../../syntax/expression.js';
import type { State } from '../../state/state.js';
import { Cell } from '../../values/cell.js';
import { entriesOf } from '../../values/make-values.js';
import type { CallArgument, ClassValue, InstanceValue, Key, Value } from '../../values/value.js';

/** An object of a class that Python has and the program has not. */
export function pseudoObject(
  name: string,
  attributes: Iterable<readonly [string, Value]>,
  line: number,
): InstanceValue {
  const scope = { variables: new Map(), parent: undefined, outer: new Map(), isClass: true };
  const made: ClassValue = { type: 'class', name, bases: [], scope, line, isDataclass: false };
  const cells = Array.from(attributes, ([key, value]) => [key, new Cell<Value | undefined>(value)] as const);
  return { type: 'instance', class: made, attributes: new Map(cells), line };
}

/** `SimpleNamespace(…)` and what works like it. */
export function namespaceOf(state: State, given: readonly CallArgument[], call: ExpressionOf<'call'>): Value {
  const own = given.flatMap(({ name, value }) => (name === undefined ? [] : [[name, value] as const]));
  const first = given.find(({ name }) => name === undefined)?.value;
  const entries = first === undefined ? new Map<Key, Value>() : entriesOf(first);
  if (!entries) return state.derived(state.textOf(call), call.line, [first!]);
  const named = Array.from(entries, ([key, value]) => [String(key), nest(value)] as const);
  const pseudo = (name: string, attributes: Iterable<readonly [string, Value]>): InstanceValue =>
    pseudoObject(name, attributes, call.line);
  function nest(value: Value): Value {
    const inner = entriesOf(value);
    return inner
      ? pseudo(
          'namespace',
          Array.from(inner, ([key, each]) => [String(key), nest(each)] as const),
        )
      : value;
  }
  return pseudo('namespace', [...named, ...own]);
}
