/** What is wrong with one value of a policy; a fixed name of which the locales make a sentence. */
export type PolicyIssueCode =
  /** The text is not JSON. */
  | 'syntax'
  /** The value is nested too deeply or holds too many values. */
  | 'size'
  /** The value is of another kind: a text where a number belongs. */
  | 'type'
  /** The value is of the right kind but not accepted. */
  | 'range'
  /** A value without a default is missing. */
  | 'missing'
  /** The key is unknown here. */
  | 'unknown-key'
  /** No scheduler has this name. */
  | 'unknown-scheduler'
  /** The text is not a formula. */
  | 'formula'
  /** SequentialLR's milestones are not one fewer than its schedulers. */
  | 'milestone-count'
  /** SequentialLR's milestones do not increase. */
  | 'milestone-order'
  /** A composite is in SequentialLR after its first milestone, where it cannot start. */
  | 'composite-position'
  /** A composite holds a scheduler that reads a metric, but does not pass one on. */
  | 'pass-metrics'
  /** OneCycleLR has no number of steps. */
  | 'total-steps'
  /** A phase of OneCycleLR is empty. */
  | 'empty-phase'
  /** An entry with the interval `step` monitors a validation metric, which is known only after an epoch. */
  | 'monitor-interval'
  /** Python code: it cannot be read. */
  | 'python-syntax'
  /** Python code: a scheduler gets a value that is not in the code. */
  | 'python-value'
  /** Python code: a scheduler gets arguments that its class does not take. */
  | 'python-call'
  /** Python code: a scheduler is stepped where or when no policy can, or not at all. */
  | 'python-stepping'
  /** Python code: ReduceLROnPlateau gets no metric, or one that a policy cannot monitor. */
  | 'python-metric'
  /** Python code: a learning rate or a scheduler is changed by hand. */
  | 'python-change'
  /** Python code: something else about schedulers that cannot be followed. */
  | 'python-unsupported'
  /** Python code: no scheduler is built. */
  | 'python-empty';

/** What exactly Python code does that a policy cannot; a fixed name from which a language makes a sentence with the way out. */
export type PythonDetail =
  /** The scheduler is stepped before the update of the same pass. */
  | 'order'
  /** Updates are counted over the whole run, which a policy counts within each epoch. */
  | 'whole-run'
  /** It depends on a condition that no policy has. */
  | 'condition'
  /** A call whose code is not there may change the learning rate. */
  | 'elsewhere'
  /** The schedule comes from another library. */
  | 'other-library'
  /** The scheduler is a class of the code's own. */
  | 'own-scheduler'
  /** The scheduler is built but never stepped. */
  | 'never-stepped'
  /** The scheduler is built, and configure_optimizers does not return it. */
  | 'not-returned'
  /** Something is stepped that the code does not build. */
  | 'not-built'
  /** The updates are made with another optimizer than the one whose rate the scheduler sets. */
  | 'other-optimizer'
  /** More than one training is in the code. */
  | 'two-trainings'
  /** A function or a class is never called. */
  | 'never-called';

/** One fault of a policy, its position, and what is accepted. */
export interface PolicyIssue {
  /** The path to the value in the input: keys and list positions. */
  path: (string | number)[];
  code: PolicyIssueCode;
  /** The value received, printed short. */
  received: string;
  /** What is accepted, in a notation that needs no translation. */
  accepted: string;
  /** The English sentence. */
  message: string;
  /** Only for Python code: what exactly it is. */
  detail?: PythonDetail;
  /** The key or word that was probably meant. */
  suggestion?: string;
  /** Where a text stops being JSON (code `syntax`), or the line of the Python code that is meant; counted from 1. */
  line?: number;
  column?: number;
}

/** Writes a path as a person would: `policy[0].scheduler.stepSize`; `root` names what the path begins in. */
export function formatPath(path: readonly (string | number)[], root = 'policy'): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return /^[A-Za-z]\w*$/.test(key) ? `${text}.${key}` : `${text}[${JSON.stringify(key)}]`;
  }, root);
}

const longestPrinted = 60;

/** The issue of what is given where a text is expected; `what` begins its message. */
export function notText(what: string, value: unknown): PolicyIssue {
  const received = printValue(value);
  return {
    path: [],
    code: 'type',
    received,
    accepted: 'text',
    message: `${what} is ${received}; accepted: text.`,
  };
}

/** Prints any value short, without calling any of its methods. */
export function printValue(value: unknown): string {
  return shorten(printDeep(value, 2));
}

/** Cuts a text that is too long for a message. */
export function shorten(text: string): string {
  return text.length <= longestPrinted ? text : `${text.slice(0, longestPrinted - 1)}…`;
}

function printDeep(value: unknown, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, longestPrinted));
  if (typeof value === 'function') return 'function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    if (depth === 0) return '[…]';
    const shown = value.slice(0, 8).map((item) => printDeep(item, depth - 1));
    return `[${shown.join(', ')}${value.length > 8 ? ', …' : ''}]`;
  }
  const keys = Object.keys(value).slice(0, 4);
  if (keys.length === 0) return '{}';
  if (depth === 0) return '{…}';
  const shown = keys.map(
    (key) => `${JSON.stringify(key)}: ${printDeep((value as Record<string, unknown>)[key], depth - 1)}`,
  );
  return `{ ${shown.join(', ')}${Object.keys(value).length > 4 ? ', …' : ''} }`;
}
