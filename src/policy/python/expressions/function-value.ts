/** Functions and lambdas as values. */
import type { Parameter } from '../../syntax/expression.js';
import type { Interpreter } from '../state/interpreter.js';
import type { FunctionValue, Value } from '../values/value.js';

/** A function and the variables that it sees. */
export function functionOf(
  interpreter: Interpreter,
  name: string,
  parameters: readonly Parameter[],
  body: FunctionValue['body'],
  line: number,
  isGenerator: boolean,
  decorators: readonly string[],
): FunctionValue {
  const { scope } = interpreter.state.frame;
  const fallbacks = new Map(
    parameters.flatMap(({ name: parameter, fallback }): [string, Value][] =>
      fallback ? [[parameter, interpreter.evaluate(fallback)]] : [],
    ),
  );
  return {
    type: 'function',
    name,
    parameters,
    body,
    scope,
    line,
    fallbacks,
    isGenerator,
    decorators,
    bound: [],
  };
}
