/** Functions of the program as formulas. */
import { formatFormula } from '../../../formula/format-formula.js';
import { formulaOf } from '../../../formula/parse-formula.js';
import { PythonRefusal } from '../../outcome/python-refusal.js';
import { askForNumbers } from '../../state/ask.js';
import type { Interpreter } from '../../state/interpreter.js';
import { describeValue } from '../../values/describe-value.js';
import { nodeOf } from '../../values/formula-arithmetic.js';
import { isUnknown } from '../../values/make-values.js';
import type { FunctionValue, SchedulerValue, Value } from '../../values/value.js';

/** The text of the formula that a function is. @throws PythonRefusal if it is none. */
export function formulaText(
  interpreter: Interpreter,
  value: FunctionValue,
  argument: string,
  line: number,
): string {
  const { state } = interpreter;
  const result = evaluateFormula(interpreter, value, line);
  const node = nodeOf(result);
  if (!node) {
    if (isUnknown(result)) {
      const about = 'lr_lambda';
      const wanted = result.roots.filter(({ text, varies }) => text !== '' && !varies);
      if (wanted.length > 0 && wanted.length === result.roots.length)
        askForNumbers(
          state,
          wanted.map((unknown) => ({ unknown, about, line: value.line })),
        );
      throw new PythonRefusal(
        'python-value',
        result.line,
        `the function of line ${value.line} does not become a formula: ${result.reason}`,
        { received: result.text, accepted: 'lambda epoch: 0.95 ** epoch' },
      );
    }
    throw new PythonRefusal(
      'formula',
      value.line,
      `this function gives ${describeValue(result)}, and a learning rate needs a number`,
      { received: describeValue(result) },
    );
  }
  const formula = formulaOf(node, argument);
  if (formula.success) return formula.formula.text;
  const { reason, received, accepted } = formula.problem;
  throw new PythonRefusal(
    'formula',
    value.line,
    `${formatFormula(node, argument, 'formula')} is not a formula: ${reason}`,
    {
      received,
      accepted,
    },
  );
}

function evaluateFormula(interpreter: Interpreter, value: FunctionValue, line: number): Value {
  const { state } = interpreter;
  const taken = value.parameters.filter(
    ({ name, kind }) => kind === 'plain' && !value.bound.some((bound) => bound.name === name),
  );
  const open = taken.slice(value.bound.filter(({ name }) => name === undefined).length);
  const required = open.filter(({ fallback }) => fallback === undefined);
  if (open.length === 0 || required.length > 1) {
    throw new PythonRefusal('python-value', value.line, 'a function here takes one argument', {
      accepted: 'lambda epoch: …',
    });
  }
  const expression = { type: 'ellipsis', line, start: 0, end: 0, depth: 1 } as const;
  const before = state.journal.mark;
  const { trace } = state;
  state.trace = [];
  state.formulas += 1;
  const born = state.cellsNow();
  const result = interpreter.invoke(
    value,
    [{ name: undefined, value: { type: 'formula', node: { type: 'argument' } }, expression }],
    line,
  );
  state.formulas -= 1;
  const did = state.trace.length > 0;
  state.trace = trace;
  const changed = [...state.journal.changedSince(before).keys()].some((cell) => cell.born <= born);
  if (changed || did) {
    throw new PythonRefusal(
      'formula',
      value.line,
      'this function changes something outside of itself, so it is not a function of the epoch alone',
    );
  }
  return result;
}

/**
 * Reads the function of a scheduler again, from a line.
 *
 * @throws PythonRefusal at another line if it has become a different formula.
 */
export function requireSameFormula(
  interpreter: Interpreter,
  { value, text, argument }: SchedulerValue['functions'][number],
  line: number,
  refusedAt: number,
): void {
  let now: string | undefined;
  try {
    now = formulaText(interpreter, value, argument, line);
  } catch (error) {
    if (!(error instanceof PythonRefusal) || error.code === 'size') throw error;
  }
  if (now === text) return;
  throw new PythonRefusal(
    'python-value',
    refusedAt,
    'the function uses a name that has more than one value in the code, and it sees the last',
    { received: text },
  );
}
