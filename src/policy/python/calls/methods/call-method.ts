/** Calls of methods. */
import type { ExpressionOf } from '../../../syntax/expression.js';
import type { Interpreter } from '../../state/interpreter.js';
import { callText } from '../../values/text-methods.js';
import type { CallArgument, Value } from '../../values/value.js';
import { callPseudoObject } from '../classes/argument-parser.js';
import { findInClass } from '../classes/find-in-class.js';
import { callElsewhere } from '../elsewhere/call-elsewhere.js';
import { callOptimizer } from '../optimizers/call-optimizer.js';
import { callGroups } from '../optimizers/param-groups.js';
import { callScheduler } from '../schedulers/call-scheduler.js';
import { callDictionary } from './call-dictionary.js';
import { callSequence } from './call-sequence.js';
import { callUnknownMethod } from './call-unknown-method.js';

/** A call of a method of any value. */
export function callMethod(
  interpreter: Interpreter,
  object: Value,
  name: string,
  given: readonly CallArgument[],
  call: ExpressionOf<'call'>,
): Value {
  const { state } = interpreter;
  const { line } = call;
  const values = given.map(({ value }) => value);
  switch (object.type) {
    case 'scheduler':
      return callScheduler(interpreter, object, name, given, call);
    case 'optimizer':
      return callOptimizer(interpreter, object, name, given, call);
    case 'groups':
    case 'group':
      return callGroups(state, object, name, given, call);
    case 'sequence':
      return callSequence(state, object, name, values, call);
    case 'dictionary':
      return callDictionary(state, object, name, given, call);
    case 'string': {
      const known = given.every(({ name: key }) => key === undefined)
        ? callText(object.value, name, values)
        : undefined;
      return known ?? state.derived(state.textOf(call), line, values);
    }
    case 'instance': {
      const special = callPseudoObject(state, object, name, given, call);
      if (special) return special;
      const own = object.attributes.get(name)?.content;
      if (own) return interpreter.call(own, given, call);
      const found = findInClass(object.class, name);
      if (found?.type === 'function') {
        const isStatic = found.decorators.includes('staticmethod');
        return interpreter.invoke(found, given, line, isStatic ? undefined : object);
      }
      return callElsewhere(interpreter, state.textOf(call.callee), given, call, object, name);
    }
    case 'class': {
      const found = findInClass(object, name);
      if (found?.type === 'function') {
        const isOfClass = found.decorators.includes('classmethod');
        return interpreter.invoke(found, given, line, isOfClass ? object : undefined);
      }
      return found
        ? interpreter.call(found, given, call)
        : callElsewhere(interpreter, name, given, call, object);
    }
    case 'range':
      // A progress bar around it.
      return state.unknown(state.textOf(call), line, 'it is read from a progress bar');
    case 'function':
      return state.derived(state.textOf(call), line, values);
    default:
      return callUnknownMethod(interpreter, object, name, given, call);
  }
}
