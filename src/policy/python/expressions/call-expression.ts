/** What is called, and its arguments. */
import type { Expression, ExpressionOf } from '../../syntax/expression.js';
import { lastOf } from '../names/name-words.js';
import { schedulerAt } from '../names/paths.js';
import { PythonRefusal } from '../outcome/python-refusal.js';
import type { Interpreter } from '../state/interpreter.js';
import type { State } from '../state/state.js';
import { listOf } from '../values/lists.js';
import { entriesOf } from '../values/make-values.js';
import type { CallArgument, Value } from '../values/value.js';

/** A call: what is called and its arguments are evaluated first. */
export function callOf(interpreter: Interpreter, call: ExpressionOf<'call'>): Value {
  const callee = calleeOf(interpreter, call.callee);
  const given: CallArgument[] = [];
  for (const argument of call.arguments) {
    const value = interpreter.evaluate(argument.value);
    if (argument.kind === 'positional') given.push({ name: undefined, value, expression: argument.value });
    else if (argument.kind === 'keyword')
      given.push({ name: argument.name, value, expression: argument.value });
    else unpackArguments(interpreter.state, argument.kind, value, argument.value, given, callee);
  }
  return interpreter.call(callee, given, call);
}

/** What is called: of a value that is not known, a method. */
function calleeOf(interpreter: Interpreter, callee: Expression): Value {
  if (callee.type !== 'attribute') return interpreter.evaluate(callee);
  const object = interpreter.evaluate(callee.object);
  if (object.type === 'instance') {
    return object.attributes.get(callee.name)?.content ?? { type: 'method', object, name: callee.name };
  }
  if (object.type === 'scheduler') return { type: 'method', object, name: callee.name };
  if (object.type !== 'unknown') return interpreter.attribute(object, callee.name, callee);
  const own = object.attributes.get(callee.name)?.content;
  return own && own.type !== 'unknown' ? own : { type: 'method', object, name: callee.name };
}

function unpackArguments(
  state: State,
  kind: 'list' | 'dictionary',
  value: Value,
  expression: Expression,
  given: CallArgument[],
  callee: Value,
): void {
  if (kind === 'list') {
    const items = listOf(value);
    if (items) {
      given.push(...items.map((item) => ({ name: undefined, value: item, expression })));
      return;
    }
  } else {
    const entries = entriesOf(value);
    if (entries) {
      given.push(...Array.from(entries, ([key, item]) => ({ name: String(key), value: item, expression })));
      return;
    }
  }
  const matters =
    callee.type === 'path' &&
    (schedulerAt(callee.path) !== undefined || callee.path.startsWith('transformers'));
  if (matters || callee.type === 'class') {
    if (matters) {
      throw new PythonRefusal(
        'python-value',
        expression.line,
        `which arguments ${lastOf(state.textOf(expression))} holds is not known; write them out`,
        {
          received: state.textOf(expression),
        },
      );
    }
  }
  given.push({ name: kind === 'dictionary' ? `**${given.length}` : undefined, value, expression });
}
