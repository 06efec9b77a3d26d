/** Asks for what the code does not tell: numbers, and whether conditions hold. */
import { Question } from '../outcome/answers.js';
import { PythonRefusal } from '../outcome/python-refusal.js';
import type { UnknownValue } from '../values/value.js';
import type { State } from './state.js';

/** @throws Question if there is something to ask for. */
export function askForNumbers(
  state: State,
  wanted: readonly { unknown: UnknownValue; about: string; line: number }[],
): void {
  if (wanted.length === 0) return;
  const distinct = new Map(wanted.map((each) => [each.unknown.text, each]));
  for (const { unknown, about, line } of distinct.values()) {
    // What is not an expression of the code has no key, and asking for it would lead nowhere.
    const hasAnswer = state.answerFor(unknown.text) !== undefined;
    if (
      unknown.text === '' ||
      hasAnswer ||
      unknown.varies ||
      unknown.holds.size > 0 ||
      unknown.text.endsWith('…')
    ) {
      throw new PythonRefusal('python-value', line, `${about}: ${unknown.reason}`, {
        received: unknown.text,
      });
    }
  }
  throw new Question(
    Array.from(distinct.values(), ({ unknown, about }) =>
      unknown.isCondition
        ? conditionQuestion(unknown.text, unknown.line)
        : {
            kind: 'number' as const,
            expression: unknown.text,
            line: unknown.line,
            about,
            message: `Line ${unknown.line}: the code does not tell what ${unknown.text} is; ${about} needs it.`,
          },
    ),
  );
}

/** Asks for a condition that stays the same through the program: for the numbers in it, or whether it holds. */
export function askCondition(state: State, test: UnknownValue, text: string, line: number): void {
  const isFixed =
    !test.varies && test.every === undefined && test.counts === undefined && test.holds.size === 0;
  const roots = state.conditionRoots(test, text, line);
  const isAskable = roots.every(
    (root) =>
      root.text !== '' &&
      !root.text.endsWith('…') &&
      !root.varies &&
      root.holds.size === 0 &&
      state.answerFor(root.text) === undefined,
  );
  if (isFixed && isAskable)
    askForNumbers(
      state,
      roots.map((unknown) => ({ unknown, about: 'condition', line })),
    );
}

/** The question whether a condition holds. */
function conditionQuestion(text: string, line: number) {
  return {
    kind: 'condition' as const,
    expression: text,
    line,
    about: 'condition',
    message: `Line ${line}: the code does not tell whether ${text}.`,
  };
}
