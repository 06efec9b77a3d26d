/** Which optimizer a value is. */
import type { State } from '../../state/state.js';
import type { OptimizerValue, Value } from '../../values/value.js';

/** The optimizer that a value is, or turns out to be. */
export function optimizerOf(state: State, value: Value, line: number): OptimizerValue | undefined {
  if (value.type === 'optimizer') return value;
  if (value.type !== 'unknown' || !value.optimizer) return undefined;
  const known = value.optimizer.content;
  if (known) return known;
  if (value.holds.size > 0) return undefined;
  const optimizer: OptimizerValue = {
    type: 'optimizer',
    line,
    class: undefined,
    options: new Map(),
    groups: undefined,
    name: value.text,
  };
  state.write(value.optimizer, optimizer);
  return optimizer;
}
