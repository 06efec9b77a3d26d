/** The traces that training and changes by hand leave in a script. */
import { PythonRefusal } from './python-refusal.js';
import { lastAssignment } from './python-scope.js';
import type { PythonScope } from './python-scope.js';
import type { Statement } from './python-statements.js';
import type { Token } from './python-tokens.js';

/** All tokens of statements and of what stands under them. */
export function allTokens(statements: readonly Statement[]): Token[] {
  return statements.flatMap(({ tokens, body }) => [...tokens, ...(body ? allTokens(body) : [])]);
}

/** Whether a statement makes an update, as far as that can be seen. */
export function trains(statement: Statement, scope: PythonScope): boolean {
  const tokens = allTokens([statement]);
  return tokens.some(({ type, text }, index) => {
    if (type !== 'name') return false;
    const before = index === 0 ? '' : tokens[index - 1].text;
    if (text === 'backward') return true;
    if (text === 'step' && before === '.') return scope.isOptimizer(tokens.at(index - 2)?.text ?? '');
    return /^train/i.test(text) && tokens.at(index + 1)?.text === '(' && before !== '.';
  });
}

/** Whether tokens speak of an optimizer's param groups. */
export function isOverGroups(tokens: readonly Token[]): boolean {
  return tokens.some(({ text }) => text === 'param_groups');
}

/**
 * In a loop over param groups nothing may be changed but `initial_lr`, and that only where it is missing.
 *
 * @throws PythonRefusal for any other change.
 */
export function refuseGroupEdits(body: readonly Statement[]): void {
  for (const statement of body) {
    const { tokens, body: inner } = statement;
    if (inner) refuseGroupEdits(inner);
    const text = textOf(tokens);
    const isCall = /\.(?:setdefault|update|pop)\(/.test(text) && !text.includes('.setdefault(initial_lr,');
    if (isCall || lastAssignment(tokens) >= 0) throw changedByHand(tokens);
  }
}

/**
 * A function that writes the learning rate of param groups does a scheduler's work by hand.
 *
 * @throws PythonRefusal if there is such a statement.
 */
export function refuseRateEdits(body: readonly Statement[]): void {
  for (const { tokens, body: inner } of body) {
    if (inner) refuseRateEdits(inner);
    const target = tokens.slice(0, Math.max(0, lastAssignment(tokens)));
    if (target.some(({ type, text }) => type === 'string' && text === 'lr')) throw changedByHand(tokens);
  }
}

/** The refusal of a statement that changes param groups. */
export function changedByHand(tokens: readonly Token[]): PythonRefusal {
  const received = textOf(tokens);
  return new PythonRefusal('python-change', tokens[0].line, 'a policy cannot change param groups by hand', {
    received,
  });
}

function textOf(tokens: readonly Token[]): string {
  return tokens.map(({ text }) => text).join('');
}
