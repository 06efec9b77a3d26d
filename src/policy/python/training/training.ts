/** Everything that happens in a training of one optimizer, and what is around it. */
import type { State } from '../state/state.js';
import type { TraceNode } from '../state/trace.js';
import type { OptimizerValue } from '../values/value.js';

/** What a program does with one optimizer, in order. */
export interface Training {
  readonly state: State;
  readonly optimizer: OptimizerValue;
  readonly placed: readonly Placed[];
}

export type LoopNode = TraceNode & { readonly type: 'loop' };

export type BranchNode = TraceNode & { readonly type: 'branch' };

export type StepNode = TraceNode & { readonly type: 'step' };

/** One side of a condition, or a loop, around something. */
export type Around = { readonly node: LoopNode } | { readonly node: BranchNode; readonly isThen: boolean };

/** Something that happens and what is around it, from the outermost on. */
export interface Placed<Node extends TraceNode = TraceNode> {
  readonly node: Node;
  readonly around: readonly Around[];
  /** Its number in the order of the program. */
  readonly order: number;
}

/** Everything that happens, with what is around it. */
export function placeAll(
  nodes: readonly TraceNode[],
  around: readonly Around[] = [],
  placed: Placed[] = [],
): Placed[] {
  for (const node of nodes) {
    placed.push({ node, around, order: placed.length });
    if (node.type === 'loop') placeAll(node.body, [...around, { node }], placed);
    if (node.type === 'branch') {
      placeAll(node.then, [...around, { node, isThen: true }], placed);
      placeAll(node.otherwise, [...around, { node, isThen: false }], placed);
    }
  }
  return placed;
}

/** The loops around something, from the outermost on. */
export function loopsAround({ around }: Placed): LoopNode[] {
  return around.flatMap(({ node }) => (node.type === 'loop' ? [node] : []));
}

/** The innermost loop around something. */
export function loopOf(placed: Placed): LoopNode | undefined {
  return loopsAround(placed).at(-1);
}

/** The outermost loop around something. */
export function outermost(placed: Placed): LoopNode | undefined {
  return loopsAround(placed).at(0);
}

/** Whether two things stand on the two sides of one condition. */
export function isExclusive(one: Placed, other: Placed): boolean {
  return one.around.some(
    (each) =>
      'isThen' in each &&
      other.around.some((twin) => 'isThen' in twin && twin.node === each.node && twin.isThen !== each.isThen),
  );
}

/** Whether two are the same side of a condition. */
export function isSameSide(one: Around, other: Around): boolean {
  return one.node === other.node && 'isThen' in one && 'isThen' in other && one.isThen === other.isThen;
}
