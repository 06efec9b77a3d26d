/** Objects of classes of the program. */
import type { ExpressionOf } from '../../../syntax/expression.js';
import { adapterName } from '../../adapter-name.js';
import { isOptimizerAt, schedulerAt } from '../../names/paths.js';
import { PythonRefusal } from '../../outcome/python-refusal.js';
import type { Interpreter } from '../../state/interpreter.js';
import { Cell } from '../../values/cell.js';
import { entitiesIn } from '../../values/entities.js';
import { perhaps } from '../../values/make-values.js';
import type { CallArgument, ClassValue, InstanceValue, Value } from '../../values/value.js';
import { callElsewhere } from '../elsewhere/call-elsewhere.js';
import { optimizerOf } from '../optimizers/optimizer-of.js';
import { findInClass, foreignAncestor } from './find-in-class.js';

/** Makes an object of a class of the program. */
export function instantiate(
  interpreter: Interpreter,
  called: ClassValue,
  given: readonly CallArgument[],
  call: ExpressionOf<'call'>,
): Value {
  const { state } = interpreter;
  const { line } = call;
  if (called.name === adapterName) {
    const [first] = perhaps(given);
    if (
      given.length === 1 &&
      first?.value.type === 'scheduler' &&
      first.value.class === 'ReduceLROnPlateau'
    ) {
      return { ...first.value, isAdapter: true };
    }
  }
  const ancestor = foreignAncestor(called);
  if (ancestor && (schedulerAt(ancestor) ?? /(?:^|\.)_?LRScheduler$/.test(ancestor))) {
    throw new PythonRefusal(
      'python-unsupported',
      line,
      `${called.name} is a scheduler of the code's own, which cannot be followed; a LambdaLR with the same formula can be`,
      { received: called.name, detail: 'own-scheduler' },
    );
  }
  const instance: InstanceValue = { type: 'instance', class: called, attributes: new Map(), line };
  state.instances.push(instance);
  if (ancestor && isOptimizerAt(ancestor)) {
    return optimizerOf(state, state.unknown(called.name, line, 'it is an optimizer of its own'), line)!;
  }
  const init = findInClass(called, '__init__');
  if (init?.type === 'function') {
    interpreter.invoke(init, given, line, instance);
  } else if (called.isDataclass) {
    const names = [...called.scope.variables.keys()];
    given.forEach(({ name, value }, index) => {
      const field = name ?? names.at(index);
      if (field !== undefined) instance.attributes.set(field, new Cell<Value | undefined>(value));
    });
  } else if (entitiesIn(given.map(({ value }) => value)).size > 0) {
    return callElsewhere(interpreter, called.name, given, call, undefined);
  }
  return instance;
}
