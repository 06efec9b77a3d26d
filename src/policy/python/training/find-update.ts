/** Where the updates happen. */
import type { TraceNode } from '../state/trace.js';
import { steppingRefusal } from './stepping-refusal.js';
import { isExclusive, loopOf, outermost } from './training.js';
import type { Placed, Training } from './training.js';

/** Where the updates happen: in one place, or on exclusive sides of conditions. */
export function findUpdate(training: Training): Placed | undefined {
  const of = (type: TraceNode['type']): Placed[] => training.placed.filter(({ node }) => node.type === type);
  const own = of('update');
  const given = of('training').filter(
    ({ node }) =>
      node.type === 'training' && (node.optimizers.size === 0 || node.optimizers.has(training.optimizer)),
  );
  const withOptimizer = given.filter(({ node }) => node.type === 'training' && node.optimizers.size > 0);
  if (own.length > 0 && withOptimizer.length > 0) {
    const [{ node }] = withOptimizer;
    throw steppingRefusal(
      node.line,
      `${node.type === 'training' ? node.name : 'this'} trains too, beside the update of line ${own[0].node.line}; paste its code`,
    );
  }
  const trainings = given.filter(({ around }) => around.some(({ node }) => node.type === 'loop'));
  const backward = of('backward');
  const updates = own.length > 0 ? own : trainings.length > 0 ? trainings : backward;
  const [first, ...others] = updates;
  for (const other of others) {
    if (!training.placed.some(({ node }) => node.type === 'step')) break;
    if (isExclusive(first, other)) continue;
    if (own.length === 0 && loopOf(first) === loopOf(other)) continue;
    const isOther = outermost(first) !== outermost(other);
    throw steppingRefusal(
      isOther ? (outermost(other)?.line ?? other.node.line) : other.node.line,
      isOther
        ? `the loop of line ${outermost(first)?.line ?? first.node.line} and this one are another training each; paste only one`
        : `the optimizer also makes an update in line ${first.node.line}, so one pass makes more than one`,
      '',
      isOther ? 'two-trainings' : undefined,
    );
  }
  return first;
}
