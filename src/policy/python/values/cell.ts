/** The places that hold what a program can change. */

let births = 0;

/** How many cells there are so far. */
export function cellsSoFar(): number {
  return births;
}

/** One place that holds something: a variable, an attribute, the items of a list. */
export class Cell<Content = unknown> {
  content: Content;
  /** Which one it is, in the order of their making. */
  readonly born = (births += 1);

  constructor(content: Content) {
    this.content = content;
  }
}
