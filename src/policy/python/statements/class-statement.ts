/** Classes of the program, and the decorators of classes and functions. */
import type { Expression } from '../../syntax/expression.js';
import type { Interpreter } from '../state/interpreter.js';
import { define, frameOf } from '../state/scopes.js';
import type { StatementOf } from '../syntax/statement.js';
import type { ClassValue, Scope } from '../values/value.js';

/** Makes a class of the program. */
export function runClass(
  interpreter: Interpreter,
  { name, bases, decorators, body, line }: StatementOf<'class'>,
): void {
  const { state } = interpreter;
  const values = bases.flatMap(({ kind, value }) =>
    kind === 'positional' ? [interpreter.evaluate(value)] : [],
  );
  const scope: Scope = { variables: new Map(), parent: state.frame.scope, outer: new Map(), isClass: true };
  state.frames.push(frameOf(scope, undefined, undefined, state.loops.length));
  try {
    interpreter.run(body);
  } finally {
    state.frames.pop();
  }
  const isDataclass = decorators.some((decorator) => decoratorName(decorator) === 'dataclass');
  const made: ClassValue = { type: 'class', name, bases: values, scope, line, isDataclass };
  define(state, name, made);
}

/** The name of a decorator. */
export function decoratorName(decorator: Expression): string {
  if (decorator.type === 'call') return decoratorName(decorator.callee);
  if (decorator.type === 'attribute') return decorator.name;
  return decorator.type === 'name' ? decorator.name : '';
}
