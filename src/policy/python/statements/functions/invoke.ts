/** Functions of the program, read with the arguments of a call. */
import { actsIn } from '../../names/acting-blocks.js';
import { PythonRefusal } from '../../outcome/python-refusal.js';
import type { Interpreter } from '../../state/interpreter.js';
import { frameOf } from '../../state/scopes.js';
import { isBlock } from '../../syntax/statement-parts.js';
import type { CallArgument, FunctionValue, Scope, Value } from '../../values/value.js';
import { bindParameters } from './bind-parameters.js';
import { unknownDecorator } from './decorate.js';
import { joinExits } from './exits.js';
import { returnedValue } from './returned-value.js';

/** The deepest nesting of functions. */
const deepestCalls = 40;

/** Goes through a function with these arguments, and gives what it returns. */
export function invokeFunction(
  interpreter: Interpreter,
  called: FunctionValue,
  given: readonly CallArgument[],
  line: number,
  self?: Value,
): Value {
  const { state } = interpreter;
  const { made } = called;
  if (made) return interpreter.invoke(made.called, [...called.bound, ...given], line, made.self ?? self);
  if (called.isGenerator) {
    if (actsIn(called.body)) {
      throw new PythonRefusal(
        'python-unsupported',
        called.line,
        `${called.name} is a generator, which cannot be followed`,
        {
          received: called.name,
        },
      );
    }
    return state.unknown(called.name, line, 'it comes from a generator');
  }
  if (state.frames.length > deepestCalls) {
    throw new PythonRefusal('size', line, `functions call each other more than ${deepestCalls} levels deep`);
  }
  const scope: Scope = { variables: new Map(), parent: called.scope, outer: new Map(), isClass: false };
  const frame = frameOf(scope, called, self ?? state.frame.self, state.loops.length);
  bindParameters(state, called, given, self, scope);
  state.called.add(called.body);
  const unknown = unknownDecorator(called.decorators, state.formulas > 0);
  const before = [state.trace.length, state.schedulers.content];
  state.frames.push(frame);
  try {
    if (!isBlock(called.body)) return interpreter.evaluate(called.body);
    const completion = interpreter.run(called.body);
    joinExits(state, frame, line);
    const acts = state.trace.length !== before[0] || state.schedulers.content !== before[1];
    if (unknown !== undefined && (acts || state.formulas > 0)) {
      throw new PythonRefusal(
        'python-unsupported',
        called.line,
        `what @${unknown} makes of ${called.name} is not known; paste the code of ${unknown} too, or remove the decorator`,
        { received: `@${unknown}`, detail: 'elsewhere' },
      );
    }
    return returnedValue(state, frame, completion, called, line);
  } finally {
    state.frames.pop();
  }
}
