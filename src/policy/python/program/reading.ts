/** One reading of a whole program. */
import type { Interpreter } from '../state/interpreter.js';
import type { State } from '../state/state.js';
import type { Program } from '../syntax/parse-program.js';
import type { Configuration } from './lightning-configuration.js';

/** A program, the interpreter that goes through it, and what Lightning is to do, if anything. */
export interface Reading {
  readonly program: Program;
  readonly state: State;
  readonly machine: Interpreter;
  configuration: Configuration | undefined;
}
