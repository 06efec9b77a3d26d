/** `super()`. */
import type { ExpressionOf } from '../../../syntax/expression.js';
import type { Interpreter } from '../../state/interpreter.js';
import type { CallArgument, ClassValue, FunctionValue, Value } from '../../values/value.js';
import { findInClass } from '../classes/find-in-class.js';

/** `super().name(…)`. */
export function callSuper(
  interpreter: Interpreter,
  name: string,
  given: readonly CallArgument[],
  call: ExpressionOf<'call'>,
): Value {
  const { state } = interpreter;
  const { self, function: running } = state.frame;
  const instance = self?.type === 'instance' ? self : undefined;
  const owner = instance && ownerOf(instance.class, running);
  for (const base of owner?.bases ?? []) {
    const found = base.type === 'class' ? findInClass(base, name) : undefined;
    if (found?.type === 'function') return interpreter.invoke(found, given, call.line, self);
  }
  return state.unknown(state.textOf(call), call.line, 'it comes from a class that is not in the code');
}

/** The class that defines the running method. */
function ownerOf(called: ClassValue, running: FunctionValue | undefined, depth = 0): ClassValue | undefined {
  if (depth > 20) return undefined;
  for (const { content } of called.scope.variables.values()) {
    if (content?.type === 'function' && content.body === running?.body) return called;
  }
  for (const base of called.bases) {
    const found = base.type === 'class' ? ownerOf(base, running, depth + 1) : undefined;
    if (found) return found;
  }
  return undefined;
}
