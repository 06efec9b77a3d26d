/** The parameters of a function get the arguments of a call. */
import type { State } from '../../state/state.js';
import { dictionaryValue, sequenceValue } from '../../values/make-values.js';
import type { CallArgument, FunctionValue, Scope, Value } from '../../values/value.js';

/** Gives a function's parameters their values. */
export function bindParameters(
  state: State,
  called: FunctionValue,
  given: readonly CallArgument[],
  self: Value | undefined,
  scope: Scope,
): void {
  const put = (name: string, value: Value): void => {
    scope.variables.set(name, state.cell<Value | undefined>(value));
  };
  const all = [...called.bound, ...given];
  const positional = all.filter(({ name }) => name === undefined).map(({ value }) => value);
  if (self !== undefined) positional.unshift(self);
  const named = new Map(
    all.flatMap(({ name, value }) => (name === undefined ? [] : [[name, value] as const])),
  );
  const open = called.parameters.filter(({ kind }) => kind === 'plain').map(({ name }) => name);
  open.forEach((name, index) => {
    const value = positional.at(index);
    if (index < positional.length && value) put(name, value);
  });
  for (const { name, kind } of called.parameters) {
    if (kind === 'list') put(name, sequenceValue('tuple', positional.slice(open.length)));
    if (kind === 'list' || kind === 'dictionary' || scope.variables.has(name)) continue;
    const value = named.get(name) ?? called.fallbacks.get(name);
    put(
      name,
      value ??
        state.unknown(name, called.line, `${name} is not given a value in the code`, { varies: false }),
    );
  }
  const rest = called.parameters.find(({ kind }) => kind === 'dictionary');
  if (rest) {
    const taken = new Set(called.parameters.map(({ name }) => name));
    put(rest.name, dictionaryValue(new Map([...named].filter(([name]) => !taken.has(name)))));
  }
}
