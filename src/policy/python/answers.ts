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

/** The training that answers are suggested for. */
export interface SuggestionPlan {
  /** Updates in all. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
  readonly epochs: number;
  /** The optimizer's learning rate. */
  readonly lr?: number;
}

/** The key of an expression: spaces say nothing. */
export function keyOf(expression: string): string {
  return expression.replaceAll(/\s+/g, '').replaceAll('"', "'");
}

/** An answer that fits a plan, or without a plan one with which reading continues. */
export function suggest(
  { kind, expression, about, options }: Omit<PyTorchUnknown, 'suggestion'>,
  plan: SuggestionPlan = { steps: 1000, stepsPerEpoch: 100, epochs: 10 },
): Answer {
  if (kind === 'condition')
    return !/resume|pretrain|debug|load|checkpoint|distributed|eval/i.test(expression);
  if (kind === 'choice') return options?.[0] ?? '';
  const { steps, stepsPerEpoch, epochs, lr = 0.1 } = plan;
  const text = `${expression} ${about}`.toLowerCase();
  const own = expression.toLowerCase();
  const atLeastOne = (value: number): number => Math.max(1, Math.round(value));
  if (own.startsWith('len(')) return stepsPerEpoch;
  if (/per_?epoch|num_?batches|n_?batches|iters_per|epoch_(?:len|size)/.test(own)) return stepsPerEpoch;
  if (own.includes('accum')) return 1;
  if (/world_?size|num_?gpus|n_?gpus?|num_processes/.test(own)) return 1;
  if (/start_?epoch|last_?epoch/.test(own)) return 0;
  if (own.includes('warm'))
    return own.includes('epoch')
      ? atLeastOne(epochs / 10)
      : /ratio|frac|prop|percent/.test(own)
        ? 0.1
        : /lr|factor/.test(own)
          ? 0.1
          : atLeastOne(steps / 10);
  if (own.includes('epoch')) return epochs;
  if (/step_?size/.test(text) || /lr_?step|step_?lr|decay_?(?:step|every|epoch)/.test(own))
    return atLeastOne(epochs / 3);
  if (/batch_?size/.test(own)) return 64;
  if (/step|iter|update|total/.test(own)) return steps;
  if (/gamma|factor|decay/.test(text)) return 0.1;
  if (/min|eta|end/.test(own)) return 0;
  if (text.includes('power')) return 1;
  if (text.includes('pct')) return 0.3;
  if (/lr|learning|rate/.test(own) || about.includes('lr')) return lr;
  if (about.includes('total_steps')) return steps;
  if (about.includes('steps_per_epoch')) return stepsPerEpoch;
  if (/milestones|t_max|epochs|total_iters|t_0/.test(about.toLowerCase())) return epochs;
  return 1;
}
