/** Thrown where a text does not follow the grammar; the reason is English, without a capital and a full stop. */
export class SyntaxRefusal extends Error {
  /** The line of the text, counted from 1. */
  readonly line: number;
  /** The part that is not accepted. */
  readonly received: string;

  constructor(line: number, reason: string, received = '') {
    super(reason);
    this.line = line;
    this.received = received;
  }
}
