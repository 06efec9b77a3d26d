import { InputError } from '../errors.js';
import type { Run } from './run/run.js';

/** The refusal of a command that a run, or the lab, cannot take now. */
export const refusedCommand = (code: string, message: string): InputError =>
  new InputError({ code, message });

/** The refusal of a command upon a run that has been taken out of the lab. */
export const runGone = ({ id }: { readonly id: string }): InputError =>
  refusedCommand('run-gone', `run ${id} is no longer in the lab.`);

/** Why a run makes no further update, if it does not: it is held, or has come to its end. */
export function endOf(run: Pick<Run, 'id' | 'held' | 'isOver'>): InputError | undefined {
  const held = run.held.peek();
  if (held)
    return refusedCommand(
      'held',
      `run ${run.id} is held at step ${held.step}, since its loss blew up; recover it to go on from before.`,
    );
  if (!run.isOver) return undefined;
  return refusedCommand('run-finished', 'the run has come to its end; reset it to train again.');
}
