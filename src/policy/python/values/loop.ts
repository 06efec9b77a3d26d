/** The loops of a program, as far as their heads tell. */

/** What one pass of a loop is, as far as its head tells. */
export type LoopKind = 'epoch' | 'step' | 'batches' | undefined;

/** A loop of the program. */
export interface Loop {
  readonly line: number;
  readonly kind: LoopKind;
  /** The head, as it is written. */
  readonly text: string;
  /** The number that the counter starts from, if there is one that counts by one. */
  readonly start: number | undefined;
  /** How many passes it makes, if that is known. */
  readonly passes: number | undefined;
}
