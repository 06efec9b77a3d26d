/** Libraries that wrap a model and its optimizer. */
import type { ExpressionOf } from '../../../syntax/expression.js';
import type { State } from '../../state/state.js';
import { entitiesIn } from '../../values/entities.js';
import { none, sequenceValue } from '../../values/make-values.js';
import type { Value } from '../../values/value.js';

/** Libraries that wrap a model and its optimizer give back what they are given. */
export function wrappedValues(
  state: State,
  values: readonly Value[],
  method: string,
  call: ExpressionOf<'call'>,
): Value {
  const entities = entitiesIn(values);
  const wrapped = values.map((value) =>
    entitiesIn([value]).size > 0
      ? value
      : state.unknown(state.textOf(call), call.line, `it is what ${method} gives`),
  );
  if ([...entities].some(({ type }) => type === 'scheduler')) {
    state.note(
      'one-process',
      call.line,
      method,
      'Accelerate steps a scheduler once for each process; one process is assumed',
    );
  }
  const isEntity = (value: Value): boolean => entitiesIn([value]).size > 0;
  if (/distributed|wrap/i.test(method)) return wrapped.find(isEntity) ?? none;
  return wrapped.length === 1 ? wrapped[0] : sequenceValue('tuple', wrapped);
}
