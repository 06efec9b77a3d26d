/** The call of a scheduler's constructor: arguments by position and by name, put under a policy's names. */
import { closestWord } from '../closest-word.js';
import { isRequired, notationOf } from '../schema/parameter.js';
import { parametersOf } from '../schema/scheduler-parameters.js';
import type { SchedulerType } from '../schema/scheduler-parameters.js';
import { PythonRefusal } from './outcome/python-refusal.js';
import { askForNumbers } from './state/ask.js';
import type { State } from './state/state.js';
import { describeValue } from './values/describe-value.js';
import { rangeItems } from './values/lists.js';
import { isUnknown } from './values/make-values.js';
import type { CallArgument, FunctionValue, SchedulerValue, UnknownValue, Value } from './values/value.js';

/** The arguments of a constructor, by Python's names; `optimizer` is among them. */
type Arguments = ReadonlyMap<string, CallArgument>;

/** Turns a function of the program into the text of a formula. */
type FormulaReader = (value: FunctionValue, argument: string, line: number) => string;

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
interface BoundParameters {
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
