/** Variables, and the scopes in which names are looked for. */
import type { Cell } from '../values/cell.js';
import type { FunctionValue, Scope, Value } from '../values/value.js';
import type { Frame } from './frame.js';
import type { State } from './state.js';

/** The cell of a variable, in the scope where a name is looked for. */
export function cellOf(
  state: State,
  name: string,
  scope: Scope = state.frame.scope,
): Cell<Value | undefined> | undefined {
  let isOwn = true;
  for (let at: Scope | undefined = scope; at; at = at.parent) {
    const elsewhere = at.outer.get(name);
    if (elsewhere) return elsewhere.variables.get(name);
    // Methods do not see the names of their class.
    const cell = at.isClass && !isOwn ? undefined : at.variables.get(name);
    if (cell) return cell;
    isOwn = false;
  }
  return undefined;
}

/** Gives a variable of the running function its value. */
export function define(state: State, name: string, value: Value): void {
  const { scope } = state.frame;
  const target = scope.outer.get(name) ?? scope;
  setVariable(state, target.variables, name, value);
  if (value.type === 'optimizer' && !state.names.has(value)) state.names.set(value, name);
}

/** The nearest scope outwards that has a variable. */
export function scopeWith(name: string, from: Scope | undefined): Scope | undefined {
  for (let scope = from; scope; scope = scope.parent) if (scope.variables.has(name)) return scope;
  return undefined;
}

/** The frame of a function that begins to run, or of the module. */
export function frameOf(
  scope: Scope,
  called: FunctionValue | undefined,
  self: Value | undefined,
  loops: number,
): Frame {
  return { function: called, scope, self, returns: [], exits: [], loops, conditions: [] };
}

/** Gives a variable or an attribute its value, whether it is there already or not. */
export function setVariable(
  state: State,
  variables: Map<string, Cell<Value | undefined>>,
  name: string,
  value: Value,
): void {
  let cell = variables.get(name);
  if (!cell) {
    cell = state.cell<Value | undefined>(undefined);
    variables.set(name, cell);
  }
  state.write(cell, value);
}
