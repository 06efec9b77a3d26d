/** What happens, without what makes no difference to one optimizer. */
import type { TraceNode } from '../state/trace.js';
import type { Loop } from '../values/loop.js';
import type { OptimizerValue } from '../values/value.js';

/** The trace without what has nothing to do with this optimizer, and without conditions that make no difference. */
export function simplifiedTrace(nodes: readonly TraceNode[], optimizer: OptimizerValue): TraceNode[] {
  return nodes.flatMap((node): TraceNode[] => {
    switch (node.type) {
      case 'update':
        return node.optimizer === optimizer ? [node] : [];
      case 'step':
        return node.scheduler.optimizer === optimizer ? [node] : [];
      case 'loop': {
        const body = simplifiedTrace(node.body, optimizer);
        return body.some(matters) ? [{ ...node, body }] : leavesOutside(body, node.loop);
      }
      case 'branch': {
        const then = simplifiedTrace(node.then, optimizer);
        const otherwise = simplifiedTrace(node.otherwise, optimizer);
        if (then.length === 0 && otherwise.length === 0) return [];
        if (isAlike(then, otherwise)) return then;
        const update = sharedUpdate(then, otherwise);
        if (update) {
          const rest = { ...node, then: withoutUpdates(then), otherwise: withoutUpdates(otherwise) };
          return rest.then.length + rest.otherwise.length === 0 ? [update] : [update, rest];
        }
        return [{ ...node, then, otherwise }];
      }
      default:
        return [node];
    }
  });
}

/** Whether something makes an update or a step. */
function matters(node: TraceNode): boolean {
  switch (node.type) {
    case 'update':
    case 'step':
    case 'training':
    case 'backward':
      return true;
    case 'loop':
      return node.body.some(matters);
    case 'branch':
      return node.then.some(matters) || node.otherwise.some(matters);
    default:
      return false;
  }
}

/** What leaves loops around one that is dropped. */
function leavesOutside(nodes: readonly TraceNode[], loop: Loop): TraceNode[] {
  return nodes.flatMap((node): TraceNode[] => {
    if (node.type === 'leave') {
      const loops = node.loops.filter((each) => each !== loop);
      return loops.length > 0 ? [{ ...node, loops }] : [];
    }
    if (node.type === 'branch')
      return [...leavesOutside(node.then, loop), ...leavesOutside(node.otherwise, loop)];
    return node.type === 'loop' ? leavesOutside(node.body, loop) : [];
  });
}

/** Whether both sides of a condition do the same. */
function isAlike(one: readonly TraceNode[], other: readonly TraceNode[]): boolean {
  if (one.length !== other.length || one.length === 0) return false;
  return one.every((node, index) => {
    const twin = other[index];
    if (node.type === 'update' && twin.type === 'update') return true;
    if (node.type === 'backward' && twin.type === 'backward') return true;
    return (
      node.type === 'step' &&
      twin.type === 'step' &&
      node.scheduler === twin.scheduler &&
      node.metric === twin.metric
    );
  });
}

/** The update that both sides of a condition make, where neither steps a scheduler. */
function sharedUpdate(one: readonly TraceNode[], other: readonly TraceNode[]): TraceNode | undefined {
  const updates = [one, other].map((side) => side.filter(({ type }) => type === 'update'));
  const hasSteps = [...one, ...other].some(({ type }) => type !== 'update' && type !== 'backward');
  return updates.every(({ length }) => length === 1) && !hasSteps ? updates[0][0] : undefined;
}

function withoutUpdates(nodes: readonly TraceNode[]): TraceNode[] {
  return nodes.filter(({ type }) => type !== 'update');
}
