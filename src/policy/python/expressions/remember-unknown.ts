/** Values that are not known and stay the same each time they are read. */
import type { State } from '../state/state.js';
import type { Cell } from '../values/cell.js';
import type { UnknownValue, Value } from '../values/value.js';

/** A value that stays the same one each time it is read. */
export function rememberUnknown(
  state: State,
  attributes: Map<string, Cell<Value | undefined>>,
  name: string,
  text: string,
  line: number,
  reason: string,
  owner?: UnknownValue,
): Value {
  const value = state.unknown(text, line, reason, {
    varies: owner?.varies ?? false,
    holds: owner?.holds ?? new Set(),
    ...(owner?.isOfScheduler && { isOfScheduler: true }),
  });
  const cell = attributes.get(name) ?? state.cell<Value | undefined>(undefined);
  attributes.set(name, cell);
  cell.content = value;
  return value;
}
