/** Arguments that a command cannot use: its message is one line that says what was given and what is accepted. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
