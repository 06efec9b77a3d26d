import { closestWord } from './closest-word.js';

/**
 * Bad input, as data: the value received, what is accepted, and a code from which an element makes a sentence in the
 * reader's language. The engine's own message is English.
 */
export interface Problem {
  /** A fixed name, such as `config-value`; the locales use it as a key. */
  code: string;
  /** The English sentence. */
  message: string;
  /** The value that it is about: a field of the config, a file, a layer. */
  path?: string;
  /** The value received, printed. */
  received?: string;
  /** What is accepted, printed. */
  accepted?: string;
  /** The individual faults, where it is about a policy. */
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

/** The plain-data form of any thrown value; it can be posted between threads. */
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

/** The error for a key that an object of a config does not have; `known` are those that it may have. */
export function unknownKey(path: string, known: readonly string[]): InputError {
  const key = path.slice(path.lastIndexOf('.') + 1);
  const likely = closestWord(key, known);
  const hint = likely === undefined ? '' : ` (did you mean ${likely}?)`;
  const accepted = known.join(', ');
  const message = `${path} is not known here${hint}; accepted: ${accepted}.`;
  return new InputError({ code: 'unknown-key', message, path, received: `"${key}"`, accepted });
}

/** The error for an attribute that an element does not have, and that is like one that it has. */
export const unknownAttribute = (tag: string, name: string, likely: string): InputError =>
  new InputError({
    code: 'unknown-attribute',
    message: `<${tag}> has no attribute "${name}"; did you mean "${likely}"?`,
    path: name,
    accepted: likely,
  });

/** The error for a command that a run, or the lab, cannot carry out now. */
export const refusal = (code: string, message: string, received?: string): InputError =>
  new InputError({ code, message, received });

/** The refusal to change or train a run whose loss diverged at a step. */
export const runHeld = (step: number): InputError =>
  refusal(
    'held',
    `the run is held at step ${step}, where its loss diverged; rewind it to continue from an earlier step.`,
    String(step),
  );

/** The refusal to keep a session under a name that another lab of the page has. */
export const keepTaken = (name: string): InputError =>
  refusal('keep-taken', `another lab on this page keeps its session as "${name}".`, name);

/** The refusal to open the links of a page whose links another lab opens. */
export const shareTaken = (): InputError =>
  refusal('share-taken', 'another lab on this page opens its links.');

/** The refusal to train a run that has made all of its `steps` updates. */
export const runFinished = (steps: number): InputError =>
  refusal('run-finished', `the run has made its last update, number ${steps}.`, String(steps));

/** The refusal of a second intervention at a step. */
export const stepTaken = (step: number): InputError =>
  new InputError({
    code: 'step-taken',
    message: `something else acts at step ${step} already; choose another step, or remove that one.`,
    path: 'at',
    received: String(step),
  });

/** The refusal to move or remove an intervention that is not planned any more. */
export const alreadyActed = (): InputError =>
  refusal('already-acted', 'this intervention has acted already, or has been removed.');

/** The refusal of a command for a run that has been removed from the lab. */
export const runGone = (id: string): InputError =>
  refusal('run-gone', `run ${id} is no longer in the lab.`, id);

/** The error of work that was stopped on request. */
export const aborted = (): InputError => refusal('aborted', 'stopped on request.');

/** The error of every pending and later command of a lab that has been disposed of. */
export const disposed = (): InputError =>
  refusal('disposed', 'the lab has been disposed of; make a new one.');
