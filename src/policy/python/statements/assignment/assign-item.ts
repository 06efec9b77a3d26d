/** Assignments to items of lists, dictionaries and param groups. */
import type { Expression } from '../../../syntax/expression.js';
import { groupsChanged, writeGroup } from '../../calls/optimizers/param-groups.js';
import { refuseChangedPart } from '../../calls/schedulers/scheduler-parts.js';
import type { Interpreter } from '../../state/interpreter.js';
import { setVariable } from '../../state/scopes.js';
import { entitiesIn } from '../../values/entities.js';
import { keyValue } from '../../values/lists.js';
import { isUnknown, numberOf } from '../../values/make-values.js';
import type { Value } from '../../values/value.js';

/** `object[index] = value`. */
export function assignItem(
  interpreter: Interpreter,
  target: Expression & { type: 'subscript' },
  value: Value,
): void {
  const { state } = interpreter;
  const { line } = target;
  const object = interpreter.evaluate(target.object);
  const index = target.index.type === 'slice' ? undefined : interpreter.evaluate(target.index);
  const key = index && keyValue(index);
  const text = state.textOf(target);
  switch (object.type) {
    case 'groups':
    case 'group':
      writeGroup(state, object.type === 'group' && typeof key === 'string' ? key : undefined, target);
      return;
    case 'sequence': {
      const { content } = object.items;
      const at = index && numberOf(index);
      if (!isUnknown(content) && at !== undefined && Math.abs(at) <= content.length) {
        const place = at < 0 ? content.length + at : at;
        state.write(object.items, content.with(place, value));
        return;
      }
      const holds = entitiesIn([object, value]);
      state.write(object.items, state.changed('list', text, line, holds));
      return;
    }
    case 'dictionary': {
      const { content } = object.entries;
      if (!isUnknown(content) && key !== undefined) {
        state.write(object.entries, new Map([...content, [key, value]]));
        return;
      }
      const holds = entitiesIn([object, value]);
      state.write(object.entries, state.changed('dictionary', text, line, holds));
      return;
    }
    case 'unknown': {
      refuseChangedPart(state, object, target);
      const isGroup =
        object.text.includes('param_groups') ||
        object.optimizer?.content !== undefined ||
        object.holds.size > 0;
      if (isGroup) writeGroup(state, typeof key === 'string' ? key : undefined, target);
      else if (key === 'lr' || key === 'learning_rate') {
        // A param group under another name looks just like this.
        if (/group|^g$|^pg?$|param/i.test(object.text)) writeGroup(state, 'lr', target);
      }
      if (key === undefined) return;
      const name = `[${String(key)}]`;
      setVariable(state, object.attributes, name, value);
      return;
    }
    case 'instance':
      if (typeof key === 'string') {
        setVariable(state, object.attributes, key, value);
      }
      return;
    default:
      if (entitiesIn([object]).size > 0) throw groupsChanged(state, target);
      return;
  }
}
