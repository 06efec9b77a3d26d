import { InputError } from '../../errors.js';

/** Characters that a run's name may have. */
export const longestName = 200;

/**
 * The name that a run gets: what was given, or its id where that is nothing.
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
