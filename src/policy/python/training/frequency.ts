/** How many updates or epochs lie between two steps of a scheduler. */
import { everyOf } from './every-pass.js';
import { refuseSkips, requireAfter } from './step-order.js';
import { steppingRefusal } from './stepping-refusal.js';
import { isSameSide } from './training.js';
import type { Around, BranchNode, LoopNode, Placed, StepNode, Training } from './training.js';

/** How many updates or epochs lie between two steps. */
export function frequencyOf(
  training: Training,
  step: Placed<StepNode>,
  update: Placed,
  loop: LoopNode,
  kind: 'epoch' | 'step',
  loops: readonly LoopNode[],
): number {
  // What happens in one pass of the loop: the update, or the loop that holds it.
  const within = (placed: Placed): readonly Around[] =>
    placed.around.slice(placed.around.findIndex((each) => each.node === loop) + 1);
  const conditionsOf = (around: readonly Around[]): (Around & { node: BranchNode })[] => {
    const end = around.findIndex(({ node }) => node.type === 'loop');
    return (end < 0 ? around : around.slice(0, end)).filter(
      (each): each is Around & { node: BranchNode; isThen: boolean } => each.node.type === 'branch',
    );
  };
  const own = conditionsOf(within(step));
  const others = conditionsOf(within(update));
  requireAfter(step, update, loop);
  refuseSkips(training, step, update, loop, loops);
  let shared = 0;
  while (shared < own.length && shared < others.length && isSameSide(own[shared], others[shared]))
    shared += 1;
  const ownRest = own.slice(shared);
  const otherRest = others.slice(shared);
  const ownEvery = everyOf(training.state, ownRest, loop.loop, step);
  const otherEvery =
    otherRest.length === 0 ? 1 : everyOf(training.state, otherRest, loop.loop, step, update.node.line);
  const ratio = ownEvery / otherEvery;
  if (!Number.isInteger(ratio)) {
    throw steppingRefusal(
      step.node.line,
      `the scheduler is stepped more often than the optimizer makes updates: every ${ownEvery} and every ${otherEvery} passes`,
      'under the same condition as optimizer.step()',
    );
  }
  // A count that no epoch resets continues over the whole run.
  const isWholeRun = kind === 'step' && ratio > 1 && loops.length === 1;
  if (isWholeRun) {
    throw steppingRefusal(
      step.node.line,
      `every ${ratio} updates are counted over the whole run here, and a policy counts them within each epoch; step the scheduler at every update and make its own steps ${ratio} times as long`,
      'scheduler.step() at every update, step_size × ' + String(ratio),
      'whole-run',
    );
  }
  // The count of a loop continues in passes that make no update; a policy counts updates and epochs that happen.
  const skip = training.placed.find(
    ({ node, order }) => node.type === 'continue' && node.loop === loop.loop && order < step.order,
  );
  if (ratio > 1 && (shared > 0 || skip)) {
    throw steppingRefusal(
      step.node.line,
      skip
        ? `the continue of line ${skip.node.line} skips updates, which the count of this condition still counts`
        : 'two conditions decide when the scheduler is stepped, one inside the other',
    );
  }
  return ratio;
}
