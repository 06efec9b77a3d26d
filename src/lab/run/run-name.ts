import { InputError } from '../../errors.js';

/** The most characters of a run's name. */
export const longestName = 200;

/**
 * The name of a run: the given one, or its id if that is empty.
 *
 * @throws InputError `run-name`
 */
export function nameFor(id: string, given: string | undefined): string {
  const name = given?.trim();
  if (!name) return id;
  if (name.length <= longestName) return name;
  throw new InputError({
    code: 'run-name',
    message: `a run's name has at most ${longestName} characters; this one has ${name.length}.`,
    path: 'name',
    received: String(name.length),
    accepted: `≤ ${longestName}`,
  });
}
