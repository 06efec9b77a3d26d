/** Libraries that run a function once in each process. */
import type { ExpressionOf } from '../../../syntax/expression.js';
import type { Interpreter } from '../../state/interpreter.js';
import { itemsOf } from '../../values/make-values.js';
import type { CallArgument, FunctionValue, Value } from '../../values/value.js';

/** `mp.spawn(main_worker, args=(…))` runs a function once in each process. */
export function launchProcesses(
  interpreter: Interpreter,
  value: FunctionValue,
  given: readonly CallArgument[],
  call: ExpressionOf<'call'>,
): Value {
  const { state } = interpreter;
  const args = given.find(({ name }) => name === 'args')?.value ?? given.at(1)?.value;
  const items = (args && itemsOf(args)) ?? [];
  const rank = state.unknown('rank', call.line, 'which process it is is not known');
  const isSpawn = call.callee.type === 'attribute' && call.callee.name === 'spawn';
  const all = isSpawn ? [rank, ...items] : items;
  return interpreter.invoke(
    value,
    all.map((item) => ({ name: undefined, value: item, expression: call })),
    call.line,
  );
}
