/** Lists, tuples, sets and dictionaries that are written out. */
import type { ExpressionOf } from '../../syntax/expression.js';
import type { Interpreter } from '../state/interpreter.js';
import { entitiesIn } from '../values/entities.js';
import { keyValue, listOf } from '../values/lists.js';
import { dictionaryValue, entriesOf, sequenceValue } from '../values/make-values.js';
import type { Key, Value } from '../values/value.js';

/** A list, a tuple or a set that is written out. */
export function sequenceOf(interpreter: Interpreter, { items, kind, line }: ExpressionOf<'sequence'>): Value {
  const values: Value[] = [];
  for (const item of items) {
    if (item.type !== 'star') {
      values.push(interpreter.evaluate(item));
      continue;
    }
    const inner = interpreter.evaluate(item.value);
    const known = listOf(inner);
    if (!known) {
      return interpreter.state.derived(interpreter.state.textOf(item), line, [inner], {
        holds: entitiesIn([inner, ...values]),
      });
    }
    values.push(...known);
  }
  interpreter.state.budget.count(line, values.length / 8);
  return sequenceValue(kind, values);
}

/** A dictionary that is written out. */
export function dictionaryOf(interpreter: Interpreter, { entries, line }: ExpressionOf<'dictionary'>): Value {
  const known = new Map<Key, Value>();
  let isKnown = true;
  const values: Value[] = [];
  for (const { key, value } of entries) {
    const evaluated = interpreter.evaluate(value);
    values.push(evaluated);
    if (key === undefined) {
      const inner = entriesOf(evaluated);
      if (inner) for (const [each, item] of inner) known.set(each, item);
      else isKnown = false;
      continue;
    }
    const name = keyValue(interpreter.evaluate(key));
    if (name === undefined) isKnown = false;
    else known.set(name, evaluated);
  }
  if (isKnown) return dictionaryValue(known);
  const dictionary = dictionaryValue(known);
  const holds = entitiesIn(values);
  dictionary.entries.content = interpreter.state.unknown(
    '',
    line,
    'the keys of this dictionary are not known',
    {
      holds,
    },
  );
  return dictionary;
}
