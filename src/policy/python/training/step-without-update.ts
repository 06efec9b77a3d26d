/** Steps without an update that can be seen. */
import { askCondition } from '../state/ask.js';
import { everyOf } from './every-pass.js';
import { kindByName } from './kind-of-pass.js';
import { steppingRefusal } from './stepping-refusal.js';
import type { Around, BranchNode, LoopNode, Placed, StepNode, Training } from './training.js';

/** A step and no update that can be seen: what the loops are called tells the rest. */
export function stepWithoutUpdate(
  training: Training,
  step: Placed<StepNode>,
  loops: readonly LoopNode[],
): ['epoch' | 'step', number] {
  const inner = loops.at(-1);
  const { line } = step.node;
  if (!inner) {
    throw steppingRefusal(
      line,
      'this step stands outside of every loop, so it belongs to no epoch and no update',
      'for epoch in …:',
    );
  }
  const outer = loops.slice(0, -1);
  const own = step.around
    .slice(step.around.findIndex((each) => each.node === inner) + 1)
    .filter((each): each is Around & { node: BranchNode; isThen: boolean } => each.node.type === 'branch');
  const skip = training.placed.find(
    ({ node, order }) => order < step.order && node.type === 'continue' && node.loop === inner.loop,
  );
  if (skip) throw steppingRefusal(line, `the continue of line ${skip.node.line} may skip this step`);
  const kind = kindByName(training.state, inner, outer);
  const frequency = everyOf(training.state, own, inner.loop, step);
  if (kind === 'step' && frequency > 1 && outer.length === 0) {
    throw steppingRefusal(
      line,
      `every ${frequency} updates are counted over the whole run here, and a policy counts them within each epoch; step the scheduler at every update`,
    );
  }
  const above = step.around.slice(
    0,
    step.around.findIndex((each) => each.node === inner),
  );
  const condition = above.find(
    (each): each is Around & { node: BranchNode; isThen: boolean } => each.node.type === 'branch',
  );
  if (condition) {
    askCondition(training.state, condition.node.test, condition.node.text, condition.node.line);
    throw steppingRefusal(
      line,
      `the loop of line ${inner.line} does not run in every pass, because of the condition of line ${condition.node.line}`,
    );
  }
  return [kind, frequency];
}
