/** `+=` and the like. */
import type { Expression } from '../../../syntax/expression.js';
import { binaryOf } from '../../expressions/operators.js';
import type { Interpreter } from '../../state/interpreter.js';
import type { StatementOf } from '../../syntax/statement.js';
import { operate } from '../../values/arithmetic.js';
import { entitiesIn } from '../../values/entities.js';
import { listOf } from '../../values/lists.js';
import { itemsOf, sequenceValue } from '../../values/make-values.js';

/** `target += value` and the like. */
export function runAugmented(
  interpreter: Interpreter,
  { target, operator, value, line }: StatementOf<'augmented'>,
): void {
  const { state } = interpreter;
  const before = interpreter.evaluate(target);
  const by = interpreter.evaluate(value);
  const text = state.textOf(target);
  if (before.type === 'sequence' && operator === '+') {
    const sum = operate(
      '+',
      before.kind === 'list' ? before : before,
      by.type === 'sequence' ? by : sequenceValue('list', listOf(by) ?? []),
    );
    const items = sum && listOf(by) && itemsOf(sum);
    const holds = entitiesIn([before, by]);
    if (before.kind === 'list') {
      // In place: everybody who has the list sees it.
      state.write(before.items, items ?? state.changed('list', text, line, holds));
      return;
    }
  }
  const place = { ...target, operator } as unknown as Expression;
  interpreter.assign(target, binaryOf(state, place, before, by));
}
