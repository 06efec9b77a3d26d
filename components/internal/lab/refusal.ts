import { InputError, type Problem, toProblem } from '../../../src/errors.js';
import type { Lab } from '../../../src/lab/index.js';

/**
 * Waits for a command and returns why it was refused, if it was. A cancelled command is not a refusal; an error that
 * is not about input is a defect and is thrown.
 */
export async function refusalOf(command: Promise<unknown>): Promise<Problem | undefined> {
  try {
    await command;
    return undefined;
  } catch (error) {
    if (error instanceof InputError) return error.code === 'aborted' ? undefined : toProblem(error);
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    throw error;
  }
}

/** Like {@link refusalOf}, for an element that shows the problem itself: the run controls then do not show it as well. */
export async function ownRefusalOf(
  lab: Pick<Lab, 'clearProblem'> | undefined,
  command: Promise<unknown>,
): Promise<Problem | undefined> {
  const problem = await refusalOf(command);
  if (problem !== undefined) lab?.clearProblem();
  return problem;
}
