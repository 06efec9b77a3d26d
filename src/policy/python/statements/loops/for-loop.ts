/** `for`. */
import { actsIn } from '../../names/acting-blocks.js';
import { PythonRefusal } from '../../outcome/python-refusal.js';
import type { Completion, Interpreter } from '../../state/interpreter.js';
import type { StatementOf } from '../../syntax/statement.js';
import { entitiesIn } from '../../values/entities.js';
import type { Loop } from '../../values/loop.js';
import type { UnknownValue } from '../../values/value.js';
import { runSymbolic } from './all-passes.js';
import { callsWhatActs } from './calls-what-acts.js';
import { iterationOf, mostPasses } from './iteration.js';
import { isEpochWord, kindOfLoop, namesIn } from './loop-words.js';
import { tryPasses } from './pass-by-pass.js';

/** Goes through `for`: pass by pass where that can be followed, otherwise once for all passes. */
export function runFor(interpreter: Interpreter, statement: StatementOf<'for'>): Completion {
  const { state } = interpreter;
  const { target, iterable, body, otherwise, line } = statement;
  const source = interpreter.evaluate(iterable);
  if (source.type === 'groups') {
    // All groups are alike here; what may be done to one may be done to all.
    return runSymbolic(
      interpreter,
      { line, kind: undefined, text: state.textOf(iterable), start: undefined, passes: undefined },
      () => interpreter.assign(target, { type: 'group', optimizer: source.optimizer }),
      body,
      otherwise,
    );
  }
  const names = namesIn(target);
  const iteration = iterationOf(state, source, iterable);
  const { items } = iteration;
  const trains = actsIn(body) || callsWhatActs(state, body);
  const isEpochs = names.some(isEpochWord);
  const holds = items !== undefined && entitiesIn(items).size > 0;
  const isPassByPass =
    items !== undefined &&
    items.length <= (state.formulas > 0 ? 60 : mostPasses) &&
    (holds || !trains || (!iteration.isRange && !isEpochs && items.every(({ type }) => type === 'string')));
  if (isPassByPass) {
    const completion = tryPasses(interpreter, statement, items, holds);
    if (completion !== undefined) return completion;
  }
  const itemHolds = entitiesIn([source]);
  const text = state.textOf(iterable);
  const kind = kindOfLoop(names, iteration);
  const start = iteration.counter?.start;
  const loop: Loop = { line, kind, text, start, passes: iteration.passes };
  const bind = (): void => {
    const unknown = (name: string): UnknownValue =>
      state.unknown(name, line, `${name} changes in the loop of line ${line}`, {
        varies: true,
        holds: itemHolds,
      });
    const counter = iteration.counter;
    const counted: UnknownValue = {
      ...unknown(names.at(0) ?? ''),
      ...(counter?.start !== undefined && { counts: { loop, offset: 0 } }),
    };
    const own: UnknownValue = { ...counted, roots: [] };
    (own as { roots: readonly UnknownValue[] }).roots = [own];
    if (counter && !counter.isFirst) interpreter.assign(target, own);
    else if (counter && target.type === 'sequence' && target.items.length === 2) {
      interpreter.assign(target.items[0], own);
      interpreter.assign(target.items[1], unknown(state.textOf(target.items[1])));
    } else interpreter.assign(target, unknown(state.textOf(target)));
  };
  if (
    itemHolds.size > 0 &&
    [...itemHolds].some(({ type }) => type === 'scheduler') &&
    (actsIn(body) || callsWhatActs(state, body))
  )
    throw new PythonRefusal('python-unsupported', line, 'this loop over schedulers cannot be followed', {
      received: text,
    });
  return runSymbolic(interpreter, loop, bind, body, otherwise);
}
