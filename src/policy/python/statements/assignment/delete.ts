/** `del`. */
import type { Expression } from '../../../syntax/expression.js';
import { refuseChangedPart } from '../../calls/schedulers/scheduler-parts.js';
import { PythonRefusal } from '../../outcome/python-refusal.js';
import type { Interpreter } from '../../state/interpreter.js';
import { cellOf } from '../../state/scopes.js';
import { entitiesIn } from '../../values/entities.js';
import { keyValue } from '../../values/lists.js';
import { entriesOf, itemsOf, numberOf } from '../../values/make-values.js';

/** `del target`. */
export function deleteTarget(interpreter: Interpreter, target: Expression): void {
  const { state } = interpreter;
  const { line } = target;
  const text = state.textOf(target);
  if (target.type === 'subscript') {
    const object = interpreter.evaluate(target.object);
    const index = target.index.type === 'slice' ? undefined : interpreter.evaluate(target.index);
    const key = index && keyValue(index);
    const holds = entitiesIn([object]);
    refuseChangedPart(state, object, target);
    if (
      object.type === 'group' ||
      object.type === 'groups' ||
      [...holds].some(({ type }) => type === 'scheduler')
    )
      throw new PythonRefusal('python-unsupported', line, `${text} is removed, which cannot be followed`, {
        received: text,
      });
    if (object.type === 'sequence') {
      const items = itemsOf(object);
      const at = numberOf(index);
      const place = items && at !== undefined ? (at < 0 ? items.length + at : at) : -1;
      const isKnown = items !== undefined && place >= 0 && place < items.length;
      state.write(
        object.items,
        isKnown ? items.filter((_, each) => each !== place) : state.changed('list', text, line, holds),
      );
    } else if (object.type === 'dictionary') {
      const entries = entriesOf(object);
      state.write(
        object.entries,
        entries && key !== undefined
          ? new Map([...entries].filter(([each]) => each !== key))
          : state.changed('dictionary', text, line, holds),
      );
    }
    return;
  }
  const value = interpreter.evaluate(target);
  if (target.type === 'attribute') refuseChangedPart(state, value, target);
  if (entitiesIn([value]).size > 0)
    throw new PythonRefusal('python-unsupported', line, `${text} is removed, which cannot be followed`, {
      received: text,
    });
  if (target.type === 'name') {
    const cell = cellOf(state, target.name);
    if (cell) state.write(cell, undefined);
  }
}
