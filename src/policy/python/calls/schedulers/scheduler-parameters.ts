/** The arguments of a scheduler's constructor as a policy's parameters. */
import { notationOf } from '../../../schema/parameter.js';
import { parametersOf } from '../../../schema/scheduler-parameters.js';
import type { SchedulerType } from '../../../schema/scheduler-parameters.js';
import { PythonRefusal } from '../../outcome/python-refusal.js';
import { askForNumbers } from '../../state/ask.js';
import type { State } from '../../state/state.js';
import { describeValue } from '../../values/describe-value.js';
import { rangeItems } from '../../values/lists.js';
import { isUnknown } from '../../values/make-values.js';
import type { FunctionValue, SchedulerValue, UnknownValue, Value } from '../../values/value.js';
import type { Arguments } from './bind-arguments.js';

/** Turns a function of the program into the text of a formula. */
type FormulaReader = (value: FunctionValue, argument: string, line: number) => string;

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
      state.budget.count(line);
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
