/** Why a scheduler refused; a fixed name that each language can turn into a sentence. */
export type SchedulerErrorCode =
  | 'not-an-optimizer'
  | 'invalid-option'
  | 'invalid-epoch'
  | 'invalid-state'
  | 'group-count'
  | 'missing-group-key'
  | 'missing-metric'
  | 'no-momentum'
  | 'division-by-zero'
  | 'overflow'
  | 'past-total-steps'
  | 'unsupported-child'
  | 'other-optimizer'
  | 'cannot-restart'
  | 'unexpected-argument';

/** The class of the exception that PyTorch raises in the same place. */
export type PythonError =
  | 'ValueError'
  | 'TypeError'
  | 'KeyError'
  | 'RuntimeError'
  | 'NotImplementedError'
  | 'ZeroDivisionError'
  | 'OverflowError';

/** The content of a `SchedulerError`. */
export interface SchedulerProblem {
  code: SchedulerErrorCode;
  pythonError: PythonError;
  /** One English sentence. */
  message: string;
  /** The value received, printed. */
  received?: string;
  /** What is accepted, printed. */
  accepted?: string;
}

/** Thrown wherever PyTorch's schedulers raise. */
export class SchedulerError extends Error implements SchedulerProblem {
  override readonly name = 'SchedulerError';
  readonly code: SchedulerErrorCode;
  readonly pythonError: PythonError;
  readonly received?: string;
  readonly accepted?: string;

  constructor(problem: SchedulerProblem) {
    super(problem.message);
    this.code = problem.code;
    this.pythonError = problem.pythonError;
    this.received = problem.received;
    this.accepted = problem.accepted;
  }
}

/** Prints a value for a message: short, with text in quotation marks. */
export function print(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'function':
      return 'a function';
    case 'object':
      if (value === null) return 'null';
      if (Array.isArray(value)) return `[${value.map(print).join(', ')}]`;
      return 'an object';
    default:
      return String(value);
  }
}

/** The error for an option with a value that is not accepted. */
export function invalidOption(
  type: string,
  option: string,
  received: unknown,
  accepted: string,
  pythonError: PythonError = 'ValueError',
): SchedulerError {
  return new SchedulerError({
    code: 'invalid-option',
    pythonError,
    message: `${type}: ${option} must be ${accepted}, but got ${print(received)}.`,
    received: print(received),
    accepted,
  });
}
