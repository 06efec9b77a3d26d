/** What the code does not tell, what is assumed, and the answers that a person gives. */

/** An answer to something that the code does not tell. */
export type Answer = number | boolean | string;

/** What kind of answer is wanted. */
export type UnknownKind =
  /** A number. */
  | 'number'
  /** Whether a condition holds: true or false. */
  | 'condition'
  /** One of `options`. */
  | 'choice';

/** Something that the code does not tell, and that matters for its schedule. */
export interface PyTorchUnknown {
  readonly kind: UnknownKind;
  /** What stands in the code; the key of the answer in `assume`. */
  readonly expression: string;
  /** Counted from 1. */
  readonly line: number;
  /** What it is about: the parameter that needs it, or one of `metric`, `interval`, `optimizer`. */
  readonly about: string;
  /** For a choice. */
  readonly options?: readonly string[];
  /** An answer that fits the plan; undefined without a plan. */
  readonly suggestion?: Answer;
  /** The English sentence. */
  readonly message: string;
}

/** Something that was assumed, or that PyTorch would warn about; a fixed name from which a language makes a sentence. */
export type PyTorchNoteCode =
  /** No loop steps this scheduler: it is stepped once an update, as in PyTorch's documentation. */
  | 'per-update'
  /** No loop steps this scheduler: it is stepped once an epoch. */
  | 'per-epoch'
  /** Only one branch of a condition was read, because the code decides it. */
  | 'branch-taken'
  /** Mixed precision skips an update whose gradients overflow; the policy does not. */
  | 'amp'
  /** A function of Hugging Face was read as the LambdaLR that it makes. */
  | 'hugging-face'
  /** Accelerate steps a scheduler once for each process; one process is assumed. */
  | 'one-process'
  /** A function that nothing calls was read as the program. */
  | 'entry'
  /** A function that is not in the code trains; it is taken to leave the rate alone. */
  | 'training-elsewhere'
  /** Each pass of the loop over epochs makes one update. */
  | 'one-update-epochs'
  /** Of several optimizers one was read. */
  | 'one-optimizer'
  /** The code does not tell the optimizer's learning rate. */
  | 'rate-unknown'
  /** `get_lr()` gives wrong numbers outside of `step()`; `get_last_lr()` is meant. */
  | 'get-lr'
  /** `verbose` is gone from new versions of PyTorch. */
  | 'verbose'
  /** The scheduler is stepped more often than it has steps, and PyTorch ends with an error. */
  | 'too-many-steps'
  /** Lightning steps the scheduler as its configuration says. */
  | 'lightning';

/** A note on what was read. */
export interface PyTorchNote {
  readonly code: PyTorchNoteCode;
  /** Counted from 1. */
  readonly line: number;
  /** What the sentence names: a class, a condition, a function. */
  readonly value: string;
  /** The English sentence. */
  readonly message: string;
}

/** Thrown where the reading needs answers; it starts again with them. */
export class Question extends Error {
  readonly unknowns: readonly Omit<PyTorchUnknown, 'suggestion'>[];

  constructor(unknowns: readonly Omit<PyTorchUnknown, 'suggestion'>[]) {
    super('something is not known');
    this.unknowns = unknowns;
  }
}

/** The key of an expression: spaces say nothing. */
export function keyOf(expression: string): string {
  return expression.replaceAll(/\s+/g, '').replaceAll('"', "'");
}
