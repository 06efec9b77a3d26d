/** The values of attributes. */
import type { Expression } from '../../syntax/expression.js';
import { findInClass } from '../calls/classes/find-in-class.js';
import { optimizerOf } from '../calls/optimizers/optimizer-of.js';
import { mathMember } from '../names/paths.js';
import type { Interpreter } from '../state/interpreter.js';
import { constants } from '../values/formula-arithmetic.js';
import { numberValue } from '../values/make-values.js';
import type { Value } from '../values/value.js';
import { partOfScheduler } from '../calls/schedulers/scheduler-parts.js';
import { rememberUnknown } from './remember-unknown.js';

/** The value of an attribute. */
export function attributeOf(
  interpreter: Interpreter,
  object: Value,
  name: string,
  expression: Expression,
): Value {
  const { state } = interpreter;
  const { line } = expression;
  const text = state.textOf(expression);
  switch (object.type) {
    case 'path': {
      const path = `${object.path}.${name}`;
      const member = mathMember(path);
      if (member !== undefined && Object.hasOwn(constants, member)) return numberValue(constants[member]);
      return { type: 'path', path, isImported: object.isImported };
    }
    case 'optimizer':
      if (name === 'param_groups') return { type: 'groups', optimizer: object };
      if (name === 'defaults' || name === 'state')
        return state.unknown(text, line, 'it is read from an optimizer');
      if (name === 'optimizer') return object;
      return { type: 'method', object, name };
    case 'groups':
    case 'group':
      return { type: 'method', object, name };
    case 'scheduler':
      if (name === 'optimizer') return object.optimizer;
      if (name === '__class__') return state.unknown(text, line, 'it is a class');
      if (['step', 'get_last_lr', 'get_lr', 'state_dict', 'load_state_dict', 'print_lr'].includes(name))
        return { type: 'method', object, name };
      return partOfScheduler(state, object, name, text, line);
    case 'sequence':
    case 'dictionary':
    case 'string':
    case 'range':
    case 'function':
      return { type: 'method', object, name };
    case 'instance': {
      const cell = object.attributes.get(name);
      if (cell?.content) return cell.content;
      const found = findInClass(object.class, name);
      if (found?.type === 'function') {
        if (found.decorators.includes('property') || found.decorators.includes('cached_property'))
          return interpreter.call({ type: 'method', object, name }, [], {
            type: 'call',
            callee: expression,
            arguments: [],
            line,
            start: expression.start,
            end: expression.end,
            depth: 1,
          });
        return { type: 'method', object, name };
      }
      if (found) return found;
      if (object.class.name === 'ArgumentParser') return { type: 'method', object, name };
      // It comes from a class that is not here, or nobody gave it a value.
      return rememberUnknown(
        state,
        object.attributes,
        name,
        text,
        line,
        `${text} is not given a value in the code`,
      );
    }
    case 'class': {
      const found = findInClass(object, name);
      if (found?.type === 'function') return { type: 'method', object, name };
      return (
        found ?? state.unknown(text, line, `${text} is not given a value in the code`, { varies: false })
      );
    }
    case 'unknown': {
      const optimizer = object.optimizer?.content;
      if (optimizer) return attributeOf(interpreter, optimizer, name, expression);
      if (name === 'param_groups') {
        const found = optimizerOf(state, object, line);
        if (found) return { type: 'groups', optimizer: found };
      }
      const cell = object.attributes.get(name);
      if (cell?.content) return cell.content;
      return rememberUnknown(
        state,
        object.attributes,
        name,
        text,
        line,
        `${text} is not given a value in the code`,
        object,
      );
    }
    default:
      return { type: 'method', object, name };
  }
}
