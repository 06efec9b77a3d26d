/** Whether something happens anywhere in a trace. */
import type { TraceNode } from '../state/trace.js';
import type { OptimizerValue } from '../values/value.js';

/** Everything that happens, what is inside of loops and conditions included. */
export function allNodes(nodes: readonly TraceNode[]): TraceNode[] {
  return nodes.flatMap((node) => {
    if (node.type === 'loop') return [node, ...allNodes(node.body)];
    return node.type === 'branch' ? [node, ...allNodes(node.then), ...allNodes(node.otherwise)] : [node];
  });
}

/** Whether something in a trace steps a scheduler of an optimizer, or updates with it. */
export function concerns(nodes: readonly TraceNode[], optimizer: OptimizerValue): boolean {
  return nodes.some((node) => {
    switch (node.type) {
      case 'update':
        return node.optimizer === optimizer;
      case 'step':
        return node.scheduler.optimizer === optimizer;
      case 'loop':
        return concerns(node.body, optimizer);
      case 'branch':
        return concerns(node.then, optimizer) || concerns(node.otherwise, optimizer);
      default:
        return false;
    }
  });
}

/** Whether something trains. */
export function trains(nodes: readonly TraceNode[]): boolean {
  return nodes.some((node) => {
    if (node.type === 'loop') return trains(node.body);
    if (node.type === 'branch') return trains(node.then) || trains(node.otherwise);
    return node.type === 'update' || node.type === 'training' || node.type === 'backward';
  });
}

/** Whether a scheduler is stepped: any, or one of an optimizer. */
export function hasSteps(nodes: readonly TraceNode[], optimizer?: OptimizerValue): boolean {
  return nodes.some((node) => {
    if (node.type === 'loop') return hasSteps(node.body, optimizer);
    if (node.type === 'branch') return hasSteps(node.then, optimizer) || hasSteps(node.otherwise, optimizer);
    return node.type === 'step' && (optimizer === undefined || node.scheduler.optimizer === optimizer);
  });
}
