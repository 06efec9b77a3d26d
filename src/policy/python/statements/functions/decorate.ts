/** Decorators of functions: those of the program are called, and others only known by their names. */
import type { Expression } from '../../../syntax/expression.js';
import { functionOf } from '../../expressions/function-value.js';
import { wordsOf } from '../../names/name-words.js';
import type { Interpreter } from '../../state/interpreter.js';
import { cellOf } from '../../state/scopes.js';
import type { StatementOf } from '../../syntax/statement.js';
import type { FunctionValue, Value } from '../../values/value.js';
import { findInClass } from '../../calls/classes/find-in-class.js';
import { decoratorName } from '../class-statement.js';

/** Decorators after which a function does what it did before, once per call. */
const harmless =
  /^(?:no_grad|inference_mode|enable_grad|set_grad_enabled|autocast|staticmethod|classmethod|(?:cached_)?property|[sg]etter|deleter|wraps|record|abstract\w*|override|final|overload|beartype|\w*typed|typechecked|compile|jit|script|njit|vectorize|ignore|disable|annotate|main|automain|capture|command|group|callback|option|argument|pass_\w+|app|function|remote|task|flow|rank_zero_only|master_only|on_(?:local_)?main_process|find_executable_batch_size|custom_[fb]wd|deprecated|contextmanager|regist\w*)$/;

/** Decorators after which a function also gives what it gave before. */
const caching = /^(?:lru_cache|cache|memoize)$/;

/** Words in the names of decorators that only look. */
const looking = /^(?:tim\w*|profil\w*|log\w*|trac\w*|measure\w*|print\w*|watch|monitor)$/;

/** The value of a function statement: the function, and what its decorators make of it. */
export function decoratedFunction(
  interpreter: Interpreter,
  statement: StatementOf<'function'>,
): FunctionValue {
  const { name, parameters, body, line, isGenerator, decorators } = statement;
  const own = functionOf(interpreter, name, parameters, body, line, isGenerator, []);
  let called: FunctionValue = own;
  let self: Value | undefined;
  for (const decorator of decorators.toReversed()) {
    const made = isOwn(interpreter, decorator) ? apply(interpreter, decorator, called) : undefined;
    const method = made?.type === 'instance' ? findInClass(made.class, '__call__') : undefined;
    if (made?.type === 'function') called = made;
    else if (method?.type === 'function') {
      called = method;
      self = made;
    } else called = { ...called, decorators: [...called.decorators, decoratorName(decorator)] };
  }
  // The body stays that of the program, which tells what the function does.
  return called.body === own.body
    ? called
    : { ...own, decorators: called.decorators, made: { called, self } };
}

/** The first decorator that may call a function more than once, or never, or in a formula change what it gives. */
export function unknownDecorator(decorators: readonly string[], isFormula: boolean): string | undefined {
  return decorators.find(
    (name) =>
      !harmless.test(name) &&
      !(isFormula && caching.test(name)) &&
      !wordsOf(name).some((word) => looking.test(word)),
  );
}

/** Whether a decorator is in the program itself. */
function isOwn({ state }: Interpreter, decorator: Expression): boolean {
  let root = decorator;
  while (root.type === 'call' || root.type === 'attribute')
    root = root.type === 'call' ? root.callee : root.object;
  const value = root.type === 'name' ? cellOf(state, root.name)?.content : undefined;
  return value?.type === 'function' || value?.type === 'class' || value?.type === 'instance';
}

/** What a decorator of the program makes of a function. */
function apply(interpreter: Interpreter, decorator: Expression, value: Value): Value {
  const { line, start, end } = decorator;
  const call = { type: 'call', callee: decorator, arguments: [], line, start, end, depth: 1 } as const;
  return interpreter.call(
    interpreter.evaluate(decorator),
    [{ name: undefined, value, expression: decorator }],
    call,
  );
}
