/** Whether a loop trains through functions of the program. */
import { actsIn } from '../../names/acting-blocks.js';
import { wordsOf } from '../../names/name-words.js';
import { cellOf } from '../../state/scopes.js';
import type { State } from '../../state/state.js';
import { calledName, isBlock, visitExpressions } from '../../syntax/statement-parts.js';
import type { Statement } from '../../syntax/statement.js';
import type { Scope } from '../../values/value.js';

/** Whether a block calls a function of the program that steps or trains. */
export function callsWhatActs(
  state: State,
  body: readonly Statement[],
  depth = 0,
  scope: Scope = state.frame.scope,
): boolean {
  let found = false;
  visitExpressions(body, (expression) => {
    if (found || expression.type !== 'call' || depth > 6) return;
    const { callee } = expression;
    const name = calledName(callee);
    if (/^(?:train|fit|update|optimi[sz]e|learn)/i.test(name) || wordsOf(name).includes('epoch'))
      found = true;
    const value = callee.type === 'name' ? cellOf(state, callee.name, scope)?.content : undefined;
    if (value?.type === 'function' && isBlock(value.body))
      found ||= actsIn(value.body) || callsWhatActs(state, value.body, depth + 1, value.scope);
  });
  return found;
}
