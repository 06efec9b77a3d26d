/** Whether one pass of a loop is an epoch or an update. */
import type { PythonRefusal } from '../outcome/python-refusal.js';
import type { State } from '../state/state.js';
import type { Loop } from '../values/loop.js';
import { choose } from './ask-interval.js';
import { steppingRefusal } from './stepping-refusal.js';
import type { LoopNode, Placed } from './training.js';

/** What one pass of the loop at a depth is. */
export function kindOfPass(
  state: State,
  loops: readonly LoopNode[],
  depth: number,
  update: Placed,
): 'epoch' | 'step' {
  const { loop, line } = loops[depth];
  const isInner = depth === loops.length - 1;
  const unit = update.node.type === 'training' ? update.node.unit : 'step';
  const outer = loops.slice(0, depth);
  if (isInner) {
    if (update.node.type === 'training') {
      if (unit === 'epoch') return requireAlone(outer, line, 'epoch');
      if (loop.kind === 'epoch') return requireAlone(outer, line, 'epoch');
      if (
        unit === 'step' ||
        loop.kind === 'step' ||
        loop.kind === 'batches' ||
        outer.some((each) => each.loop.kind === 'epoch')
      )
        return 'step';
      return askLoop(state, loop);
    }
    if (loop.kind === 'epoch') {
      if (outer.length > 0) throw nestedLoops(line);
      state.note('one-update-epochs', line, loop.text, 'each pass of this loop over epochs makes one update');
      return 'epoch';
    }
    return 'step';
  }
  // The loops between this one and the update are one epoch together.
  if (loops.slice(depth + 1).some((each) => each.loop.kind === 'epoch')) throw nestedLoops(line);
  return requireAlone(outer, line, 'epoch');
}

function requireAlone(outer: readonly LoopNode[], line: number, kind: 'epoch'): 'epoch' {
  // `while True:` around the epochs changes nothing; any other loop makes it another training each time.
  if (outer.length === 0 || outer.every(({ loop }) => loop.text === 'True' || loop.text === '1')) return kind;
  throw nestedLoops(line);
}

/** The refusal of loops that are nested in another way. */
function nestedLoops(line: number): PythonRefusal {
  return steppingRefusal(
    line,
    'only a loop over epochs and in it a loop over batches can be taken over',
    'for epoch in …: for batch in …:',
  );
}

/** What one pass of a loop is where no update can be seen. */
export function kindByName(
  state: State,
  { loop, line }: LoopNode,
  outer: readonly LoopNode[],
): 'epoch' | 'step' {
  if (loop.kind === 'epoch') {
    if (outer.length > 0) throw nestedLoops(line);
    return 'epoch';
  }
  if (outer.some((each) => each.loop.kind !== 'epoch') || outer.length > 1) {
    if (outer.length > 0) throw nestedLoops(line);
  }
  if (outer.length > 0 || loop.kind !== undefined) return 'step';
  return askLoop(state, loop);
}

/** Asks whether one pass of a loop is an epoch or an update. */
function askLoop(state: State, { text, line }: Loop): 'epoch' | 'step' {
  return choose(
    state,
    `for … in ${text}`,
    line,
    'epoch',
    `Line ${line}: does one pass of this loop make an epoch or one update?`,
  );
}
