import { signal, type Signal } from '@preact/signals-core';
import { type InputError, type Problem, toProblem } from '../../src/errors.js';
import { reportSoon } from '../internal/kit/element/report-soon.js';
import { claim, endClaims } from '../internal/lab/claims.js';

/** What an element has of what only one lab of a page can have. */
export class PageClaims {
  /** What another lab of the page has, so that this one lacks it. */
  readonly problem: Signal<Problem | undefined> = signal(undefined);
  private readonly element: Element;
  private readonly release: () => void;

  /** @param release called when the element must give up all that it has */
  constructor(element: Element, release: () => void) {
    this.element = element;
    this.release = release;
  }

  /** Claims something, and says whether the element has it now; `taken` is the problem if it has not. */
  claim(name: string, taken: () => InputError): boolean {
    if (claim(name, this.element, this.release)) return true;
    const problem = toProblem(taken());
    this.problem.value = problem;
    reportSoon(this.element, problem);
    return false;
  }

  /** Gives up all that the element has. */
  end(): void {
    endClaims(this.element);
    this.problem.value = undefined;
  }
}
