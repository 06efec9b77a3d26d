/** The functions of Hugging Face that make a scheduler. */
import type { ExpressionOf } from '../../../syntax/expression.js';
import { PythonRefusal } from '../../outcome/python-refusal.js';
import type { Interpreter } from '../../state/interpreter.js';
import { frameOf } from '../../state/scopes.js';
import { parseProgram } from '../../syntax/parse-program.js';
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
  const called = huggingFaceFunction(interpreter, name);
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
  const value = invokeElsewhere(interpreter, called, given, call);
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

/** Reads code that is not the program's: what it does happens in the line that calls it. */
function invokeElsewhere(
  interpreter: Interpreter,
  called: FunctionValue,
  given: readonly CallArgument[],
  call: ExpressionOf<'call'>,
): Value {
  const { state } = interpreter;
  const before = state.callLine;
  state.callLine = call.line;
  try {
    return interpreter.invoke(called, given, call.line);
  } catch (error) {
    if (!(error instanceof PythonRefusal)) throw error;
    throw new PythonRefusal(error.code, call.line, error.message, {
      received: error.received,
      accepted: error.accepted,
    });
  } finally {
    state.callLine = before;
  }
}

/** The function of Hugging Face of this name, read once from its Python. */
function huggingFaceFunction(interpreter: Interpreter, name: string): FunctionValue | undefined {
  const { state } = interpreter;
  if (!state.huggingFace) {
    const scope: Scope = { variables: new Map(), parent: undefined, outer: new Map(), isClass: false };
    state.frames.push(frameOf(scope, undefined, undefined, state.loops.length));
    interpreter.run(parseProgram(huggingFaceProgram).statements);
    state.frames.pop();
    state.huggingFace = scope;
  }
  const found = state.huggingFace.variables.get(name)?.content;
  return found?.type === 'function' ? found : undefined;
}
