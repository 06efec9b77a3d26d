/** Constructs the optimizers of PyTorch. */
import { lastOf } from '../../names/name-words.js';
import type { State } from '../../state/state.js';
import { entriesOf, itemsOf, perhaps } from '../../values/make-values.js';
import type { CallArgument, OptimizerValue, Value } from '../../values/value.js';

/** An optimizer of PyTorch is constructed. */
export function buildOptimizer(
  state: State,
  path: string,
  given: readonly CallArgument[],
  line: number,
): Value {
  const options = new Map<string, Value>();
  const [first, second] = perhaps(given);
  if (second?.name === undefined && second !== undefined) options.set('lr', second.value);
  for (const { name, value } of given) if (name !== undefined) options.set(name, value);
  if (path.endsWith('.SGD') && given.at(2)?.name === undefined && given.at(2))
    options.set('momentum', given[2].value);
  const groups = first?.name === undefined && first !== undefined ? itemsOf(first.value) : undefined;
  const isGrouped =
    groups !== undefined && groups.length > 0 && groups.every(({ type }) => type === 'dictionary');
  const optimizer: OptimizerValue = {
    type: 'optimizer',
    line,
    class: lastOf(path),
    options,
    groups: isGrouped ? groups.map((group) => optionsIn(group)) : undefined,
    name: '',
  };
  state.write(state.optimizers, [...state.optimizers.content, optimizer]);
  return optimizer;
}

function optionsIn(group: Value): ReadonlyMap<string, Value> {
  return new Map(Array.from(entriesOf(group) ?? [], ([key, value]) => [String(key), value]));
}
