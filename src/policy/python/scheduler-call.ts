/** The call of a scheduler's constructor: arguments by position and by name, put under a policy's names. */
import { closestWord } from '../closest-word.js';
import { isRequired, notationOf } from '../schema/parameter.js';
import { parametersOf } from '../schema/scheduler-parameters.js';
import type { SchedulerType } from '../schema/scheduler-parameters.js';
import { rangeItems } from './builtins.js';
import { PythonRefusal } from './python-refusal.js';
import type { State } from './state.js';
import { Question } from './answers.js';
import { conditionQuestion } from './questions.js';
import { describeValue, isUnknown } from './value.js';
import type { CallArgument, FunctionValue, SchedulerValue, UnknownValue, Value } from './value.js';

/** The arguments of a constructor, by Python's names; `optimizer` is among them. */
export type Arguments = ReadonlyMap<string, CallArgument>;

/** Turns a function of the program into the text of a formula. */
export type FormulaReader = (value: FunctionValue, argument: string, line: number) => string;

/**
 * Gives each argument its name.
 *
 * @throws PythonRefusal for a name that the class does not take, too many arguments, one given twice or one missing.
 */
export function bindArguments(
  state: State,
  type: SchedulerType,
  given: readonly CallArgument[],
  line: number,
): Arguments {
  const rows = Object.values(parametersOf(type)).flatMap(({ python }) => python ?? []);
  const order = type === 'ChainedScheduler' ? [...rows, 'optimizer'] : ['optimizer', ...rows];
  const bound = new Map<string, CallArgument>();
  const positional = given.filter(({ name }) => name === undefined);
  if (positional.length > order.length) {
    // Older versions took verbose after all the others.
    const isVerbose = positional.length === order.length + 1 && positional.at(-1)?.value.type === 'boolean';
    if (!isVerbose) {
      throw new PythonRefusal('python-call', line, `${type} takes at most ${order.length} arguments`, {
        received: String(positional.length),
        accepted: order.join(', '),
      });
    }
    noteVerbose(state, line);
  }
  positional.slice(0, order.length).forEach((argument, index) => bound.set(order[index], argument));
  for (const argument of given) {
    const { name, expression } = argument;
    if (name === undefined) continue;
    // Older versions printed each change when asked to; it never changed a learning rate.
    if (name === 'verbose') {
      noteVerbose(state, expression.line);
      continue;
    }
    if (!order.includes(name)) {
      const suggestion = closestWord(name, order);
      const hint = suggestion === undefined ? '' : `; did you mean ${suggestion}?`;
      throw new PythonRefusal('python-call', expression.line, `${type} has no parameter ${name}${hint}`, {
        received: name,
        accepted: order.join(', '),
      });
    }
    if (bound.has(name))
      throw new PythonRefusal('python-call', expression.line, `${type} is given ${name} twice`, {
        received: name,
      });
    bound.set(name, argument);
  }
  const missing = Object.values(parametersOf(type)).find(
    (row) => isRequired(row) && !bound.has(row.python ?? ''),
  );
  const noOptimizer = !bound.has('optimizer') && type !== 'ChainedScheduler';
  if (missing ?? noOptimizer) {
    const name = noOptimizer ? 'optimizer' : (missing?.python ?? '');
    throw new PythonRefusal('python-call', line, `${type} is not given ${name}`, {
      accepted: missing ? notationOf(missing) : 'optimizer',
    });
  }
  return bound;
}

function noteVerbose(state: State, line: number): void {
  state.note('verbose', line, 'verbose', 'new versions of PyTorch have no verbose; it never changed a rate');
}

/** What {@link parametersFrom} gives. */
export interface BoundParameters {
  readonly parameters: Record<string, unknown>;
  readonly functions: { value: FunctionValue; text: string; argument: string }[];
  readonly children: SchedulerValue[];
}

/**
 * Turns evaluated arguments into a policy's parameters. Whether their values are accepted is for `parsePolicy` to say.
 *
 * @throws PythonRefusal for a value that has no form in a policy.
 * @throws Question for values that the code does not tell.
 */
export function parametersFrom(
  state: State,
  type: SchedulerType,
  bound: Arguments,
  readFormula: FormulaReader,
): BoundParameters {
  const parameters: Record<string, unknown> = {};
  const functions: BoundParameters['functions'] = [];
  let children: SchedulerValue[] = [];
  const wanted: { unknown: UnknownValue; about: string; line: number }[] = [];
  for (const [name, parameter] of Object.entries(parametersOf(type))) {
    const argument = bound.get(parameter.python ?? '');
    if (argument === undefined) continue;
    const { value, expression } = argument;
    const { line } = expression;
    if (parameter.kind === 'schedulers') {
      children = childrenFrom(type, value, line);
      continue;
    }
    const about = `${type}.${parameter.python ?? ''}`;
    const plain = (item: Value): unknown => {
      state.count(line);
      switch (item.type) {
        case 'number':
        case 'string':
        case 'boolean':
          return item.value;
        case 'none':
          return null;
        case 'sequence': {
          const { content } = item.items;
          return isUnknown(content) ? plain(content) : content.map(plain);
        }
        case 'range': {
          const items = rangeItems(item);
          if (items) return items.map(plain);
          [item.start, item.stop].filter(isUnknown).forEach(plain);
          return [];
        }
        case 'function':
          if (parameter.kind === 'formula') {
            const text = readFormula(item, parameter.argument, line);
            functions.push({ value: item, text, argument: parameter.argument });
            return text;
          }
          break;
        case 'unknown':
          if (parameter.kind === 'number' || parameter.kind === 'integer' || parameter.kind === 'integers') {
            for (const root of item.roots) wanted.push({ unknown: root, about, line });
            return 0;
          }
          break;
        default:
          break;
      }
      throw new PythonRefusal('python-value', line, `${parameter.python ?? ''}: ${describeValue(item)}`, {
        received: state.textOf(expression),
        accepted: notationOf(parameter),
      });
    };
    parameters[name] = plain(value);
  }
  askForNumbers(state, wanted);
  return { parameters, functions, children };
}

/** @throws Question if there is something to ask for. */
export function askForNumbers(
  state: State,
  wanted: readonly { unknown: UnknownValue; about: string; line: number }[],
): void {
  if (wanted.length === 0) return;
  const distinct = new Map(wanted.map((each) => [each.unknown.text, each]));
  for (const { unknown, about, line } of distinct.values()) {
    // What is not an expression of the code has no key, and asking for it would lead nowhere.
    const hasAnswer = state.answerFor(unknown.text) !== undefined;
    if (
      unknown.text === '' ||
      hasAnswer ||
      unknown.varies ||
      unknown.holds.size > 0 ||
      unknown.text.endsWith('…')
    ) {
      throw new PythonRefusal('python-value', line, `${about}: ${unknown.reason}`, {
        received: unknown.text,
      });
    }
  }
  throw new Question(
    Array.from(distinct.values(), ({ unknown, about }) =>
      unknown.isCondition
        ? conditionQuestion(unknown.text, unknown.line)
        : {
            kind: 'number' as const,
            expression: unknown.text,
            line: unknown.line,
            about,
            message: `Line ${unknown.line}: the code does not tell what ${unknown.text} is; ${about} needs it.`,
          },
    ),
  );
}

function childrenFrom(type: SchedulerType, value: Value, line: number): SchedulerValue[] {
  const content = value.type === 'sequence' ? value.items.content : undefined;
  const items = content === undefined || isUnknown(content) ? [value] : content;
  return items.map((item) => {
    if (content !== undefined && item.type === 'scheduler') return item;
    throw new PythonRefusal(
      'python-value',
      line,
      `${type} takes a list of schedulers: ${describeValue(item)}`,
      {
        accepted: '[scheduler, …]',
      },
    );
  });
}

/** Asks for a condition that stays the same through the program: for the numbers in it, or whether it holds. */
export function askCondition(state: State, test: UnknownValue, text: string, line: number): void {
  const isFixed =
    !test.varies && test.every === undefined && test.counts === undefined && test.holds.size === 0;
  const roots = state.conditionRoots(test, text, line);
  const isAskable = roots.every(
    (root) =>
      root.text !== '' &&
      !root.text.endsWith('…') &&
      !root.varies &&
      root.holds.size === 0 &&
      state.answerFor(root.text) === undefined,
  );
  if (isFixed && isAskable)
    askForNumbers(
      state,
      roots.map((unknown) => ({ unknown, about: 'condition', line })),
    );
}
