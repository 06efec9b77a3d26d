/** The functions of Hugging Face that make a scheduler. */
import type { ExpressionOf } from '../../../syntax/expression.js';
import { PythonRefusal } from '../../outcome/python-refusal.js';
import type { Interpreter } from '../../state/interpreter.js';
import { frameOf } from '../../state/scopes.js';
import { parseLibrary } from '../../syntax/parse-program.js';
import type { CallArgument, FunctionValue, Scope, Value } from '../../values/value.js';
import { huggingFaceProgram } from './hugging-face-program.js';

/** A function of Hugging Face makes a scheduler. */
export function buildHuggingFace(
  interpreter: Interpreter,
  name: string,
  given: readonly CallArgument[],
  call: ExpressionOf<'call'>,
): Value {
  const { state } = interpreter;
  const called = huggingFaceFunction(interpreter, name, call.line);
  if (!called) {
    throw new PythonRefusal(
      'python-unsupported',
      call.line,
      `${name} of Hugging Face is not one that can be read`,
      {
        received: name,
        accepted: 'get_linear_schedule_with_warmup | get_cosine_schedule_with_warmup | …',
      },
    );
  }
  const value = invokeLibrary(interpreter, called, given, call);
  if (value.type !== 'scheduler') {
    throw new PythonRefusal('python-unsupported', call.line, `which schedule ${name} makes is not known`, {
      received: state.textOf(call),
      accepted:
        'linear | cosine | cosine_with_restarts | polynomial | constant | constant_with_warmup | inverse_sqrt',
    });
  }
  state.note('hugging-face', call.line, name, `${name} is read as the ${value.class} that it makes`);
  return value;
}

/** Reads a function of the library. What cannot be read in it is the fault of its arguments, as far as a program tells. */
function invokeLibrary(
  interpreter: Interpreter,
  called: FunctionValue,
  given: readonly CallArgument[],
  call: ExpressionOf<'call'>,
): Value {
  const { state } = interpreter;
  const { name, parameters } = called;
  const positional = given.filter((argument) => argument.name === undefined).length;
  const missing = parameters
    .slice(positional)
    .find(
      (parameter) =>
        parameter.fallback === undefined && !given.some((argument) => argument.name === parameter.name),
    );
  const details = {
    received: state.textOf(call),
    accepted: `${name}(${parameters.map((parameter) => parameter.name).join(', ')})`,
  };
  if (missing)
    throw new PythonRefusal('python-call', call.line, `${name} is not given ${missing.name}`, details);
  const before = state.isInLibrary;
  state.isInLibrary = true;
  try {
    return interpreter.invoke(called, given, call.line);
  } catch (error) {
    // Text of the library is empty; any other is the program's own, and so is what is said about it.
    if (!(error instanceof PythonRefusal) || error.code === 'size' || error.received !== '') throw error;
    throw new PythonRefusal(error.code, call.line, `${name} makes no schedule of these arguments`, details);
  } finally {
    state.isInLibrary = before;
  }
}

/** The function of Hugging Face of this name, read from its Python as if it stood in the line of the call. */
function huggingFaceFunction(
  interpreter: Interpreter,
  name: string,
  line: number,
): FunctionValue | undefined {
  const { state } = interpreter;
  const scope: Scope = { variables: new Map(), parent: undefined, outer: new Map(), isClass: false };
  state.frames.push(frameOf(scope, undefined, undefined, state.loops.length));
  interpreter.run(parseLibrary(huggingFaceProgram, line));
  state.frames.pop();
  const found = scope.variables.get(name)?.content;
  return found?.type === 'function' ? found : undefined;
}
