/** What programs do to param groups. */
import type { Expression, ExpressionOf } from '../../../syntax/expression.js';
import { PythonRefusal } from '../../outcome/python-refusal.js';
import type { State } from '../../state/state.js';
import { areEqual } from '../../values/comparison.js';
import { entriesOf, isUnknown, none, perhaps } from '../../values/make-values.js';
import type { CallArgument, OptimizerValue, Value } from '../../values/value.js';

/** A call of a method of param groups, or of one of them. */
export function callGroups(
  state: State,
  object: Value & { type: 'groups' | 'group' },
  name: string,
  given: readonly CallArgument[],
  call: ExpressionOf<'call'>,
): Value {
  const { line } = call;
  const [first] = perhaps(given);
  const key = first?.value.type === 'string' ? first.value.value : undefined;
  if (object.type === 'group') {
    if (name === 'get' || name === 'keys' || name === 'items' || name === 'values')
      return state.unknown(state.textOf(call), line, 'it is read from a param group');
    if (name === 'setdefault' && key === 'initial_lr') {
      if (keepsRate(state, object.optimizer, given.at(1)?.value)) return none;
      throw groupsChanged(state, call);
    }
    if (name === 'setdefault' && key !== undefined) {
      writeGroup(state, key, call);
      return none;
    }
    if (name === 'update') {
      const written = [
        ...given.flatMap(({ name: keyword }) => keyword ?? []),
        ...Array.from((first && entriesOf(first.value)?.keys()) ?? []),
      ];
      if (written.length === 0) throw groupsChanged(state, call);
      written.forEach((each) => writeGroup(state, String(each), call));
      return none;
    }
  }
  if (['index', 'count', '__len__', 'copy'].includes(name))
    return state.unknown(state.textOf(call), line, 'it is read from the param groups');
  throw groupsChanged(state, call);
}

/** Whether `setdefault('initial_lr', …)` gives a group the rate from which a scheduler would start anyway. */
function keepsRate(state: State, optimizer: OptimizerValue, value: Value | undefined): boolean {
  const rate = optimizer.options.get('lr');
  return (
    state.schedulers.content.some(
      (built) => built.optimizer === optimizer && built.class !== 'ReduceLROnPlateau',
    ) ||
    (value !== undefined &&
      (value === rate ||
        (rate !== undefined && areEqual(value, rate) === true) ||
        (isUnknown(value) && /['"]lr['"]/.test(value.text))))
  );
}

/** A key of a param group is written. @throws PythonRefusal where a schedule depends on it. */
export function writeGroup(state: State, key: string | undefined, place: Expression): void {
  const harmless =
    /^(?:params|weight_decay|name|names|nesterov|dampening|amsgrad|foreach|fused|maximize|capturable|differentiable|lr_scale|layer)$/;
  if (key !== undefined && harmless.test(key)) return;
  throw groupsChanged(state, place);
}

/** The refusal of param groups that are changed by hand. */
export function groupsChanged(state: State, place: Expression): PythonRefusal {
  return new PythonRefusal(
    'python-change',
    place.line,
    'a policy cannot change param groups by hand; a LambdaLR with the same formula can do it',
    { received: state.textOf(place) },
  );
}
