/** A call of a value, whose kind decides what it does. */
import type { ExpressionOf } from '../../syntax/expression.js';
import type { Interpreter } from '../state/interpreter.js';
import type { CallArgument, FunctionValue, InstanceValue, Value } from '../values/value.js';
import { callPath } from './call-path.js';
import { findInClass } from './classes/find-in-class.js';
import { instantiate } from './classes/instantiate.js';
import { callElsewhere } from './elsewhere/call-elsewhere.js';
import { callMethod } from './methods/call-method.js';

/** Calls a value. */
export function callValue(
  interpreter: Interpreter,
  callee: Value,
  given: readonly CallArgument[],
  call: ExpressionOf<'call'>,
): Value {
  const { line } = call;
  interpreter.state.budget.count(line, 1 + given.length);
  switch (callee.type) {
    case 'path':
      return callPath(interpreter, callee.path, given, call);
    case 'function':
      return interpreter.invoke(callee, given, line);
    case 'class':
      return instantiate(interpreter, callee, given, call);
    case 'method':
      return callMethod(interpreter, callee.object, callee.name, given, call);
    case 'instance': {
      const method = methodOf(callee, '__call__');
      const isModule = methodOf(callee, 'forward') !== undefined;
      if (method && !isModule) return interpreter.invoke(method, given, line, callee);
      return callElsewhere(interpreter, callee.class.name, given, call, callee);
    }
    default:
      return callElsewhere(interpreter, interpreter.state.textOf(call.callee), given, call, callee);
  }
}

/** The method that a class of the program defines for its objects. */
function methodOf(instance: InstanceValue, name: string): FunctionValue | undefined {
  const found = findInClass(instance.class, name);
  return found?.type === 'function' ? found : undefined;
}
