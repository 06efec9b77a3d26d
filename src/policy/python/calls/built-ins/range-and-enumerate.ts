/** `range` and `enumerate`. */
import type { ExpressionOf } from '../../../syntax/expression.js';
import type { State } from '../../state/state.js';
import { entitiesIn } from '../../values/entities.js';
import { listOf } from '../../values/lists.js';
import { isUnknown, numberValue, sequenceValue } from '../../values/make-values.js';
import type { Value } from '../../values/value.js';

/** `range(…)`, as far as its bounds are known. */
export function rangeOf(state: State, values: readonly Value[], call: ExpressionOf<'call'>): Value {
  const start = values.length > 1 ? values[0] : numberValue(0);
  const stop = values.at(values.length > 1 ? 1 : 0) ?? numberValue(0);
  const step = values.at(2) ?? numberValue(1);
  const text = call.arguments.map(({ value }) => state.textOf(value)).join(', ');
  return { type: 'range', start, stop, step: step.type === 'number' ? step.value : undefined, text };
}

/** `enumerate` of what is known, or a value that remembers what it counts. */
export function enumerateOf(state: State, source: Value, start: Value, call: ExpressionOf<'call'>): Value {
  const items = source.type === 'range' ? undefined : listOf(source);
  if (items && start.type === 'number') {
    const pairs = sequenceValue(
      'list',
      items.map((item, index) => sequenceValue('tuple', [numberValue(start.value + index), item])),
    );
    state.enumerated.set(pairs, start.value);
    return pairs;
  }
  const inside =
    source.type === 'range'
      ? `range(${source.text})`
      : isUnknown(source)
        ? (source.iterates ?? source.text)
        : '';
  const first = start.type === 'number' ? String(start.value) : '?';
  const value = state.unknown(state.textOf(call), call.line, 'it is gone through by a loop', {
    iterates: `enumerate ${first} ${inside}`,
    holds: entitiesIn([source]),
  });
  return value;
}
