/** How many epochs a program trains. */
import type { State } from '../state/state.js';
import type { OptimizerValue } from '../values/value.js';
import { simplifiedTrace } from './simplified-trace.js';
import { loopsAround, placeAll } from './training.js';

/** The passes of the loop over epochs around an optimizer's updates; undefined where the code does not tell. */
export function countEpochs(state: State, optimizer: OptimizerValue): number | undefined {
  const placed = placeAll(simplifiedTrace(state.trace, optimizer));
  const acting = (['update', 'step', 'training', 'backward'] as const)
    .map((type) => placed.find(({ node }) => node.type === type))
    .find((found) => found !== undefined);
  const loops = acting ? loopsAround(acting).map(({ loop }) => loop) : [];
  // Without its name, the loop around the one over batches makes epochs.
  const [outer] = loops;
  const epochs =
    loops.find(({ kind, text }) => kind === 'epoch' || state.choiceFor(`for … in ${text}`) === 'epoch') ??
    (loops.length === 2 && outer.kind === undefined ? outer : undefined);
  return epochs?.passes;
}
