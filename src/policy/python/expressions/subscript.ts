/** Items and slices: `object[index]`. */
import type { ExpressionOf } from '../../syntax/expression.js';
import type { Interpreter } from '../state/interpreter.js';
import { entitiesIn } from '../values/entities.js';
import { keyValue, listOf, sliceOf } from '../values/lists.js';
import { entriesOf, isUnknown, itemsOf, numberOf, sequenceValue } from '../values/make-values.js';
import type { Value } from '../values/value.js';
import { rememberUnknown } from './remember-unknown.js';

/** `object[index]`. */
export function subscriptOf(interpreter: Interpreter, expression: ExpressionOf<'subscript'>): Value {
  const { state } = interpreter;
  const { line } = expression;
  const object = interpreter.evaluate(expression.object);
  const text = state.textOf(expression);
  if (expression.index.type === 'slice') {
    const bounds = expression.index.bounds.map((bound) => bound && interpreter.evaluate(bound));
    if (object.type === 'groups') return object;
    const items = object.type === 'range' ? listOf(object) : itemsOf(object);
    const part = items && sliceOf(items, bounds);
    if (part) return sequenceValue(object.type === 'sequence' ? object.kind : 'list', part);
    return state.derived(text, line, [object], { holds: entitiesIn([object]) });
  }
  const index = interpreter.evaluate(expression.index);
  switch (object.type) {
    case 'groups':
      return { type: 'group', optimizer: object.optimizer };
    case 'group':
      return state.unknown(text, line, 'it is read from a param group', { varies: true });
    case 'range':
    case 'sequence': {
      const items = listOf(object);
      if (object.type === 'sequence') state.lists.set(expression, object);
      const at = numberOf(index);
      const item = at === undefined ? undefined : items?.at(at);
      if (item) return item;
      const { content } = object.type === 'sequence' ? object.items : { content: undefined };
      if (isUnknown(content)) return state.derived(text, line, [content], { holds: content.holds });
      if (items && at !== undefined)
        return state.unknown(text, line, `the list has no item ${at}`, { varies: false });
      return state.derived(text, line, [index], { holds: entitiesIn([object]) });
    }
    case 'dictionary': {
      const entries = entriesOf(object);
      const key = keyValue(index);
      const { content } = object.entries;
      if (!entries)
        return state.derived(text, line, isUnknown(content) ? [content] : [], {
          holds: entitiesIn([object]),
        });
      if (key === undefined) return state.derived(text, line, [index], { holds: entitiesIn([object]) });
      return (
        entries.get(key) ??
        state.unknown(text, line, `the dictionary has no ${String(key)}`, { varies: false })
      );
    }
    case 'instance': {
      const key = keyValue(index);
      if (typeof key === 'string' && object.attributes.has(key))
        return interpreter.attribute(object, key, expression);
      return state.unknown(text, line, 'its value is not known');
    }
    case 'unknown': {
      const key = keyValue(index);
      const varies = object.varies || isUnknown(index);
      if (key === undefined || varies)
        return state.unknown(text, line, `${text} is not given a value in the code`, {
          holds: object.holds,
          varies,
          ...(object.isOfScheduler && { isOfScheduler: true }),
        });
      const name = `[${String(key)}]`;
      const cell = object.attributes.get(name);
      return (
        cell?.content ??
        rememberUnknown(
          state,
          object.attributes,
          name,
          text,
          line,
          `${text} is not given a value in the code`,
          object,
        )
      );
    }
    case 'formula':
      return state.derived(text, line, []);
    default:
      return state.derived(text, line, [object, index], {
        holds: entitiesIn([object]),
      });
  }
}
