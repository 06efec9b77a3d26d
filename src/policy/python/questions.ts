/** What is asked in more than one place. */

/** The question whether a condition holds. */
export function conditionQuestion(text: string, line: number) {
  return {
    kind: 'condition' as const,
    expression: text,
    line,
    about: 'condition',
    message: `Line ${line}: the code does not tell whether ${text}.`,
  };
}
