/** Steps that come before the update, or that a pass may skip. */
import { steppingRefusal } from './stepping-refusal.js';
import { loopsAround } from './training.js';
import type { LoopNode, Placed, StepNode, Training } from './training.js';

/** @throws PythonRefusal where the step comes before the update of the same pass. */
export function requireAfter(step: Placed<StepNode>, update: Placed, loop?: LoopNode): void {
  if (step.order > update.order) return;
  const isHead = loop !== undefined && loopsAround(update).at(-1) !== loop;
  throw steppingRefusal(
    step.node.line,
    isHead
      ? 'the scheduler is stepped before the update of the same pass, at the head of the epoch; PyTorch warns about this order, which skips the first rate'
      : 'the scheduler is stepped before the update of the same pass; PyTorch warns about this order, which skips the first rate',
    'optimizer.step(); scheduler.step()',
    'order',
  );
}

/** @throws PythonRefusal where a pass may be left between the update and the step. */
export function refuseSkips(
  training: Training,
  step: Placed<StepNode>,
  update: Placed,
  loop: LoopNode,
  loops: readonly LoopNode[],
): void {
  for (const { node, order, around } of training.placed) {
    if (node.type !== 'continue' && node.type !== 'leave') continue;
    const isBetween = order > update.order && order < step.order;
    if (!isBetween) continue;
    if (node.type === 'continue') {
      if (node.loop !== loop.loop) continue;
      throw steppingRefusal(step.node.line, `the continue of line ${node.line} may skip this step`);
    }
    // Once the whole training is over, no step is missed.
    if (node.loops.includes(loops[0].loop)) continue;
    if (!around.some((each) => each.node === loop) || !node.loops.includes(loop.loop)) continue;
    throw steppingRefusal(step.node.line, `the break of line ${node.line} may skip this step`);
  }
}
