/** Lists and dictionaries that code elsewhere may change. */
import type { ExpressionOf } from '../../../syntax/expression.js';
import { wordsOf } from '../../names/name-words.js';
import type { State } from '../../state/state.js';
import { entitiesIn } from '../../values/entities.js';
import type { Value } from '../../values/value.js';

/** What a call of this name may change is not known after it. */
export function forgetMutable(
  state: State,
  method: string,
  values: readonly Value[],
  call: ExpressionOf<'call'>,
): void {
  if (
    !wordsOf(method).some((word) =>
      /^(?:update|modify|set|fill|sort|shuffle|extend|override|merge|parse|load|change|mutate|add|insert|append)$/.test(
        word,
      ),
    )
  )
    return;
  for (const value of values) {
    const cell =
      value.type === 'sequence' ? value.items : value.type === 'dictionary' ? value.entries : undefined;
    if (!cell) continue;
    const holds = entitiesIn([value]);
    const forgotten = state.unknown(
      state.textOf(call),
      call.line,
      `${method} may change it in line ${call.line}`,
      { holds, varies: true },
    );
    state.write<unknown>(cell, forgotten);
  }
}
