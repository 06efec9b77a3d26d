/** The functions and loops that are being read. */
import type { Cell } from '../values/cell.js';
import type { Loop } from '../values/loop.js';
import type { FunctionValue, Scope, Value } from '../values/value.js';

/** One return of a function, and the conditions under which it is reached. */
interface Return {
  readonly value: Value;
  readonly conditions: readonly Value[];
}

/** A function that is being read. */
export interface Frame {
  readonly function: FunctionValue | undefined;
  readonly scope: Scope;
  readonly self: Value | undefined;
  readonly returns: Return[];
  /** What was changed where a return is reached only sometimes. */
  readonly exits: { readonly mark: number; readonly after: ReadonlyMap<Cell, unknown> }[];
  /** How many loops are around it. */
  readonly loops: number;
  /** The conditions that hold here and depend on the argument of a formula. */
  readonly conditions: Value[];
}

/** A loop that is being read: one for all its passes, or pass by pass. */
export interface OpenLoop {
  /** Undefined where each pass is read by itself. */
  readonly loop: Loop | undefined;
  /** Cells that were changed where the loop is left. */
  readonly left: Set<Cell>;
}

/** Thrown where a loop cannot be read pass by pass. */
export class CannotUnroll extends Error {}
