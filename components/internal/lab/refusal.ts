import { InputError, type Problem, toProblem } from '../../../src/errors.js';

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
