/** Assignments, to names and to several targets. */
import type { Expression } from '../../../syntax/expression.js';
import { PythonRefusal } from '../../outcome/python-refusal.js';
import type { Interpreter } from '../../state/interpreter.js';
import { define } from '../../state/scopes.js';
import { entitiesIn } from '../../values/entities.js';
import { listOf } from '../../values/lists.js';
import { isUnknown, sequenceValue } from '../../values/make-values.js';
import type { Value } from '../../values/value.js';
import { assignAttribute } from './assign-attribute.js';
import { assignItem } from './assign-item.js';

/** Gives the target of an assignment its value. */
export function assignTo(
  interpreter: Interpreter,
  target: Expression,
  value: Value,
  source?: Expression,
): void {
  const { state } = interpreter;
  const { line } = target;
  switch (target.type) {
    case 'name':
      define(state, target.name, value);
      return;
    case 'star':
      assignTo(interpreter, target.value, value);
      return;
    case 'sequence': {
      const items = listOf(value);
      const starred = target.items.findIndex(({ type }) => type === 'star');
      const isFitting =
        items !== undefined &&
        (starred < 0 ? items.length === target.items.length : items.length >= target.items.length - 1);
      const holds = entitiesIn([value]);
      target.items.forEach((item, index) => {
        if (!isFitting) {
          const unknown = state.unknown(
            state.textOf(item),
            line,
            `what ${state.textOf(item)} is the code does not tell`,
            { holds },
          );
          assignTo(interpreter, item, isUnknown(value) && value.optimizer?.content ? value : unknown);
          return;
        }
        const after = target.items.length - 1 - index;
        if (index === starred)
          assignTo(interpreter, item, sequenceValue('list', items.slice(index, items.length - after)));
        else
          assignTo(
            interpreter,
            item,
            starred >= 0 && index > starred ? items[items.length - 1 - after] : items[index],
          );
      });
      return;
    }
    case 'attribute':
      assignAttribute(state, target, interpreter.evaluate(target.object), value, source);
      return;
    case 'subscript':
      assignItem(interpreter, target, value);
      return;
    default:
      throw new PythonRefusal('python-syntax', line, `${state.textOf(target)} cannot be given a value`);
  }
}
