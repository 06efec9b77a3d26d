/** Comprehensions. */
import type { ComprehensionClause, ExpressionOf } from '../../syntax/expression.js';
import { PythonRefusal } from '../outcome/python-refusal.js';
import type { Interpreter } from '../state/interpreter.js';
import { entitiesIn } from '../values/entities.js';
import { keyValue, listOf, longestList } from '../values/lists.js';
import { dictionaryValue, isUnknown, sequenceValue } from '../values/make-values.js';
import type { Key, Scope, Value } from '../values/value.js';

const mostComprehended = 5_000;

/** The changes that a comprehension makes by giving its own names their values. */
const mostOwnChanges = 20;

/** `[value for target in iterable if condition]` and the like. */
export function comprehensionOf(interpreter: Interpreter, expression: ExpressionOf<'comprehension'>): Value {
  const { state } = interpreter;
  const { kind, key, value, clauses, line } = expression;
  const { frame } = state;
  const scope: Scope = { variables: new Map(), parent: frame.scope, outer: new Map(), isClass: false };
  const results: Value[] = [];
  const entries = new Map<Key, Value>();
  const known = { all: true };
  state.frames.push({ ...frame, scope });
  const visit = (index: number): void => {
    state.budget.count(line);
    if (results.length + entries.size > mostComprehended)
      throw new PythonRefusal('size', line, `a comprehension makes more than ${mostComprehended} values`);
    if (index === clauses.length) {
      const name = key && keyValue(interpreter.evaluate(key));
      const item = interpreter.evaluate(value);
      if (kind !== 'dictionary') results.push(item);
      else if (name === undefined) known.all = false;
      else entries.set(name, item);
      return;
    }
    known.all = runClause(interpreter, clauses[index], () => visit(index + 1)) && known.all;
  };
  try {
    visit(0);
  } finally {
    state.frames.pop();
  }
  if (!known.all) {
    const values = [...results, ...entries.values()];
    const holds = entitiesIn(values);
    const roots = values
      .filter(isUnknown)
      .flatMap((each) => each.roots)
      .slice(0, 5);
    return state.unknown(state.textOf(expression), line, 'what it goes through is not known', {
      holds,
      ...(roots.length > 0 && !roots.some((root) => root.varies) && { roots }),
    });
  }
  if (kind === 'dictionary') return dictionaryValue(entries);
  return sequenceValue(kind === 'set' ? 'set' : 'list', results);
}

/** One `for … if …`; false where not all its items are known. */
function runClause(
  interpreter: Interpreter,
  { target, iterable, conditions }: ComprehensionClause,
  inner: () => void,
): boolean {
  const { state } = interpreter;
  const source = interpreter.evaluate(iterable);
  const items = listOf(source);
  const groups =
    source.type === 'groups' ? [{ type: 'group', optimizer: source.optimizer } as const] : undefined;
  let isKnown = items !== undefined && items.length <= longestList;
  const each = items ??
    groups ?? [
      state.unknown(state.textOf(target), iterable.line, 'it is gone through', {
        holds: entitiesIn([source]),
        varies: true,
      }),
    ];
  for (const item of each) {
    interpreter.assign(target, item);
    const truths = conditions.map((condition) => interpreter.truth(condition));
    if (truths.includes(false)) continue;
    const isCertain = truths.every((truth) => truth === true);
    if (!isCertain) isKnown = false;
    const { trace } = state;
    const changed = state.journal.mark;
    state.trace = [];
    inner();
    const happened = state.trace;
    state.trace = trace;
    const isOpen = !isCertain || (items === undefined && groups === undefined);
    if (isOpen && (happened.length > 0 || state.journal.mark > changed + mostOwnChanges)) {
      throw new PythonRefusal(
        'python-unsupported',
        iterable.line,
        'what happens inside of this comprehension cannot be followed; write it as a loop',
        { received: state.textOf(iterable) },
      );
    }
    happened.forEach((node) => state.emit(node));
  }
  return isKnown;
}
