/** The loops of a training script: which one counts epochs, which one updates, and how often something is done in it. */
import type { Expression } from './python-expression.js';
import { PythonRefusal } from './python-refusal.js';
import type { Statement } from './python-statements.js';

/** A `for` loop that is being read. */
export interface Loop {
  readonly line: number;
  /** What one pass is; undefined where the loop does not tell. */
  readonly kind: 'epoch' | 'step' | undefined;
  /** The variable that counts the passes, if there is one, and the number it starts from. */
  readonly counter: string | undefined;
  readonly start: number | undefined;
  /** The line of a scheduler step in this loop's own body, once there was one. */
  steppedAt: number | undefined;
  /** The line of a `continue` in it, once there was one. */
  skippedAt: number | undefined;
}

/** Where a statement stands. */
export interface Place {
  /** The loops around it, from the outermost on. */
  readonly loops: readonly Loop[];
  /** How many passes of the innermost loop lie between two executions. */
  readonly frequency: number;
  /** Why no scheduler may be built or stepped here. */
  readonly blocked?: string;
}

/** The loop that a head makes, inside `outer`. */
export function loopOf(
  statement: Statement,
  targets: readonly string[],
  iterable: Expression | undefined,
  numberOf: (expression: Expression) => number | undefined,
  outer: Loop | undefined,
): Loop {
  const inside = callOf(iterable, 'tqdm')?.positional.at(0) ?? iterable;
  const range = callOf(inside, 'range') ?? callOf(inside, 'trange');
  const enumeration = callOf(inside, 'enumerate');
  const counter = (range ?? enumeration) && targets.at(0);
  const isRange = range !== undefined;
  const from =
    isRange && range.positional.length > 1
      ? range.positional[0]
      : (enumeration?.positional.at(1) ?? enumeration?.keywords.find(({ name }) => name === 'start')?.value);
  const isCounting = (range?.positional.length ?? 0) < 3;
  const start = isCounting ? (from ? numberOf(from) : 0) : undefined;

  let kind: Loop['kind'];
  if (targets.some((name) => /epoch/i.test(name))) kind = 'epoch';
  else if (outer !== undefined || !isRange) kind = 'step';
  else if (targets.some((name) => /step|iter|batch|update/i.test(name))) kind = 'step';
  else if (statement.body?.some(({ tokens, body }) => body !== undefined && tokens[0].text === 'for'))
    kind = 'epoch';
  return { line: statement.line, kind, counter, start, steppedAt: undefined, skippedAt: undefined };
}

/**
 * What the loops around a scheduler step make of it.
 *
 * @throws PythonRefusal where they do not tell whether it is stepped per epoch or per update.
 */
export function intervalIn(loops: readonly Loop[], line: number): 'epoch' | 'step' {
  const inner = loops.at(-1);
  if (inner === undefined) {
    throw new PythonRefusal(
      'python-stepping',
      line,
      'this step stands outside of every loop, so it belongs to no epoch and no update',
    );
  }
  const outer = loops.slice(0, -1);
  if (inner.kind === undefined) {
    throw new PythonRefusal(
      'python-stepping',
      inner.line,
      'this loop does not tell whether it counts epochs or updates',
      {
        accepted: 'for epoch in … | for step in …',
      },
    );
  }
  const fits =
    inner.kind === 'epoch'
      ? outer.length === 0
      : outer.length < 2 && outer.every(({ kind }) => kind === 'epoch');
  if (!fits)
    throw new PythonRefusal(
      'python-stepping',
      line,
      'only a loop over epochs and in it a loop over batches can be taken over',
    );
  return inner.kind;
}

/**
 * The frequency that a condition means in a loop: `(epoch + 1) % 5 == 0` is every fifth pass.
 *
 * @returns undefined for any other condition.
 */
export function frequencyOf(
  condition: Expression,
  loop: Loop | undefined,
  numberOf: (expression: Expression) => number | undefined,
): number | undefined {
  if (condition.type !== 'comparison' || condition.operator !== '==' || loop?.start === undefined)
    return undefined;
  const { left, right } = condition;
  if (numberOf(right) !== 0 || left.type !== 'binary' || left.operator !== '%') return undefined;
  const frequency = numberOf(left.right);
  const offset = offsetFrom(left.left, loop.counter, numberOf);
  if (frequency === undefined || offset === undefined || !Number.isInteger(frequency) || frequency < 1)
    return undefined;
  // The pass of index i is stepped if i + 1 is a multiple of the frequency.
  return (loop.start + offset - 1) % frequency === 0 ? frequency : undefined;
}

function offsetFrom(
  expression: Expression,
  counter: string | undefined,
  numberOf: (expression: Expression) => number | undefined,
): number | undefined {
  const isCounter = (part: Expression): boolean => part.type === 'name' && part.name === counter;
  if (isCounter(expression)) return 0;
  if (expression.type !== 'binary' || expression.operator !== '+') return undefined;
  if (isCounter(expression.left)) return numberOf(expression.right);
  return isCounter(expression.right) ? numberOf(expression.left) : undefined;
}

function callOf(
  expression: Expression | undefined,
  name: string,
): (Expression & { type: 'call' }) | undefined {
  const isCall =
    expression?.type === 'call' && expression.callee.type === 'name' && expression.callee.name === name;
  return isCall ? expression : undefined;
}
