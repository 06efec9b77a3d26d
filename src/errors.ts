/**
 * Bad input, as data: what was given, what is accepted, and a code from which an element makes a sentence in the
 * reader's language. The engine's own message is English.
 */
export interface Problem {
  /** A fixed name, such as `config-value`; the locales are keyed by it. */
  code: string;
  /** The English sentence. */
  message: string;
  /** Which value it is about: a name of the config, a file, a layer. */
  path?: string;
  /** What was given, printed. */
  received?: string;
  /** What is accepted, printed. */
  accepted?: string;
  /** The single faults of a policy, where it is about one. */
  issues?: readonly ProblemIssue[];
}

/** One fault inside a larger value. */
export interface ProblemIssue {
  path: readonly (string | number)[];
  code: string;
  message: string;
  received: string;
  accepted: string;
}

/** An expected failure: thrown for input that a person can correct. Everything else that throws is a defect. */
export class InputError extends Error implements Problem {
  override readonly name = 'InputError';
  readonly code: string;
  readonly path?: string;
  readonly received?: string;
  readonly accepted?: string;
  readonly issues?: readonly ProblemIssue[];

  constructor(problem: Problem) {
    super(problem.message);
    this.code = problem.code;
    this.path = problem.path;
    this.received = problem.received;
    this.accepted = problem.accepted;
    this.issues = problem.issues;
  }
}

/** The plain-data form of anything thrown, fit to cross a worker's boundary. */
export function toProblem(error: unknown): Problem {
  if (error instanceof InputError) {
    const { code, message, path, received, accepted, issues } = error;
    return { code, message, path, received, accepted, issues };
  }
  return { code: 'unexpected', message: error instanceof Error ? error.message : String(error) };
}

/** The error for a single value that is not accepted: a field of the config, an argument of a command. */
export function badValue(path: string, received: string, accepted: string): InputError {
  const message = `${path} is ${received}; accepted: ${accepted}.`;
  return new InputError({ code: 'config-value', message, path, received, accepted });
}
