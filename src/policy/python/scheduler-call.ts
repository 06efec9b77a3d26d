/** The call of a scheduler's constructor: arguments by position and by name, put under a policy's names. */
import { closestWord } from '../closest-word.js';
import { formatFormula } from '../formula/format-formula.js';
import { isRequired, notationOf } from '../schema/parameter.js';
import type { Parameter } from '../schema/parameter.js';
import { formulaOf } from '../formula/parse-formula.js';
import { parametersOf } from '../schema/scheduler-parameters.js';
import type { SchedulerType } from '../schema/scheduler-parameters.js';
import type { Expression } from './python-expression.js';
import { PythonRefusal } from './python-refusal.js';
import { describeValue } from './python-value.js';
import type { BuiltScheduler, Value } from './python-value.js';

type Child = Value & { readonly type: 'scheduler' };

/** The arguments of a constructor, by Python's names; `optimizer` is among them. */
export type Arguments = ReadonlyMap<string, Expression>;

/**
 * Gives each argument its name.
 *
 * @throws PythonRefusal for a name that the class does not take, too many arguments, one given twice or one missing.
 */
export function bindArguments(
  type: SchedulerType,
  { positional, keywords, line }: Expression & { type: 'call' },
): Arguments {
  const rows = Object.values(parametersOf(type)).flatMap(({ python }) => python ?? []);
  const order = type === 'ChainedScheduler' ? [...rows, 'optimizer'] : ['optimizer', ...rows];
  const bound = new Map<string, Expression>();
  if (positional.length > order.length) {
    throw new PythonRefusal('python-call', line, `${type} takes at most ${order.length} arguments`, {
      received: String(positional.length),
      accepted: order.join(', '),
    });
  }
  positional.forEach((expression, index) => bound.set(order[index], expression));
  for (const { name, value, line: at } of keywords) {
    // Older versions printed each change when asked to; it never changed a learning rate.
    if (name === 'verbose') continue;
    if (!order.includes(name)) {
      const suggestion = closestWord(name, order);
      const hint = suggestion === undefined ? '' : `; did you mean ${suggestion}?`;
      throw new PythonRefusal('python-call', at, `${type} has no parameter ${name}${hint}`, {
        received: name,
        accepted: order.join(', '),
      });
    }
    if (bound.has(name))
      throw new PythonRefusal('python-call', at, `${type} is given ${name} twice`, { received: name });
    bound.set(name, value);
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

/**
 * Turns evaluated arguments into a policy's parameters. Whether their values are accepted is for `parsePolicy` to say.
 *
 * @throws PythonRefusal for a value that is not known, or has no form in a policy.
 */
export function parametersFrom(
  type: SchedulerType,
  bound: Arguments,
  evaluate: (expression: Expression) => Value,
): { parameters: Record<string, unknown>; children: Child[] } {
  const parameters: Record<string, unknown> = {};
  let children: Child[] = [];
  for (const [name, parameter] of Object.entries(parametersOf(type))) {
    const expression = bound.get(parameter.python ?? '');
    if (expression === undefined) continue;
    const value = evaluate(expression);
    if (parameter.kind === 'schedulers') children = childrenFrom(type, value, expression.line);
    else parameters[name] = plainValue(value, parameter, expression.line);
  }
  return { parameters, children };
}

/**
 * Takes its children into a composite.
 *
 * @throws PythonRefusal for one that was taken in before.
 */
export function adopt(parent: BuiltScheduler): void {
  for (const child of parent.children) {
    if (child.parent !== undefined) {
      const reason = `${child.type} of line ${child.line} is in two composites`;
      throw new PythonRefusal('python-unsupported', parent.line, reason, { received: child.type });
    }
    child.parent = parent;
  }
}

function childrenFrom(type: SchedulerType, value: Value, line: number): Child[] {
  const items = value.type === 'list' ? value.items : [value];
  return items.map((item) => {
    if (value.type === 'list' && item.type === 'scheduler') return item;
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

function plainValue(value: Value, parameter: Parameter, line: number): unknown {
  switch (value.type) {
    case 'number':
    case 'string':
    case 'constant':
      return value.value;
    case 'list':
      return value.items.map((item) => plainValue(item, parameter, line));
    case 'function':
      if (parameter.kind === 'formula') return formulaText(value, parameter.argument, line);
      break;
    default:
      break;
  }
  throw new PythonRefusal('python-value', line, `${parameter.python ?? ''}: ${describeValue(value)}`, {
    accepted: notationOf(parameter),
  });
}

function formulaText(value: Value & { type: 'function' }, argument: string, line: number): string {
  const node = value.nodeOf();
  const result = formulaOf(node, argument);
  if (result.success) return result.formula.text;
  const { reason, received, accepted } = result.problem;
  throw new PythonRefusal(
    'formula',
    line,
    `${formatFormula(node, argument, 'formula')} is no formula: ${reason}`,
    {
      received,
      accepted,
    },
  );
}
