/** Loops that make their updates with another optimizer than the one whose rate a scheduler sets. */
import { PythonRefusal } from '../outcome/python-refusal.js';
import type { State } from '../state/state.js';
import type { TraceNode } from '../state/trace.js';
import type { OptimizerValue, SchedulerValue } from '../values/value.js';
import { allNodes } from './trace-questions.js';

/** What a program calls an optimizer, as far as it calls it anything. */
export function nameOfOptimizer(state: State, optimizer: OptimizerValue): string {
  const own = state.names.get(optimizer) ?? optimizer.name;
  return own === '' ? `${optimizer.class ?? 'optimizer'} (line ${optimizer.line})` : own;
}

/** The optimizers with which updates are made, and the first line of each. */
export function updatedOptimizers(trace: readonly TraceNode[]): Map<OptimizerValue, number> {
  const found = new Map<OptimizerValue, number>();
  for (const node of allNodes(trace)) {
    const optimizers =
      node.type === 'update' ? [node.optimizer] : node.type === 'training' ? node.optimizers : [];
    for (const optimizer of optimizers) if (!found.has(optimizer)) found.set(optimizer, node.line);
  }
  return found;
}

/** @throws PythonRefusal where only other optimizers make updates: PyTorch uses their rates then, which no scheduler sets. */
export function refuseOtherOptimizer(
  state: State,
  optimizer: OptimizerValue,
  [scheduler]: readonly SchedulerValue[],
): void {
  const { trace } = state;
  const updated = updatedOptimizers(trace);
  const mayTrain = allNodes(trace).some((node) => node.type === 'training' && node.optimizers.size === 0);
  const other = [...updated].find(([each]) => !isSame(each, optimizer));
  if (mayTrain || !other || [...updated.keys()].some((each) => isSame(each, optimizer))) return;
  const [stepped, line] = other;
  const name = nameOfOptimizer(state, stepped);
  throw new PythonRefusal(
    'python-stepping',
    line,
    `the updates are made with ${name}, which is not the optimizer that the ${scheduler.class} of line ${scheduler.line} changes: that is the ${optimizer.class ?? 'optimizer'} of line ${optimizer.line}; build the scheduler with the optimizer that is stepped`,
    { received: name, detail: 'other-optimizer' },
  );
}

/** Two that the code does not build may be one where it calls them the same. */
function isSame(one: OptimizerValue, other: OptimizerValue): boolean {
  return one === other || (!one.class && !other.class && one.name === other.name);
}
