/** The arguments of a scheduler's constructor, each under its name. */
import { closestWord } from '../../../../closest-word.js';
import { isRequired, notationOf } from '../../../schema/parameter.js';
import { parametersOf } from '../../../schema/scheduler-parameters.js';
import type { SchedulerType } from '../../../schema/scheduler-parameters.js';
import { PythonRefusal } from '../../outcome/python-refusal.js';
import type { State } from '../../state/state.js';
import type { CallArgument } from '../../values/value.js';

/** The arguments of a constructor, by Python's names; `optimizer` is among them. */
export type Arguments = ReadonlyMap<string, CallArgument>;

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
