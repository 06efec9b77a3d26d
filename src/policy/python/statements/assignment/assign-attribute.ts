/** Assignments to attributes. */
import type { Expression } from '../../../syntax/expression.js';
import { adapterName } from '../../adapter-name.js';
import { refuseChangedPart } from '../../calls/schedulers/scheduler-parts.js';
import { metricNamed } from '../../names/metric-names.js';
import { PythonRefusal } from '../../outcome/python-refusal.js';
import { setVariable } from '../../state/scopes.js';
import type { State } from '../../state/state.js';
import type { Cell } from '../../values/cell.js';
import { stringValue } from '../../values/make-values.js';
import type { Value } from '../../values/value.js';

/** `object.name = value`. */
export function assignAttribute(
  state: State,
  target: Expression & { type: 'attribute' },
  object: Value,
  value: Value,
  source?: Expression,
): void {
  const { name, line } = target;
  const put = (attributes: Map<string, Cell<Value | undefined>>): void => {
    setVariable(state, attributes, name, value);
    if (value.type === 'optimizer' && !state.names.has(value)) state.names.set(value, state.textOf(target));
  };
  switch (object.type) {
    case 'scheduler':
    case 'optimizer':
    case 'groups':
    case 'group':
      throw new PythonRefusal(
        'python-change',
        line,
        `${object.type === 'scheduler' ? 'a scheduler' : 'an optimizer'} that is changed by hand cannot be taken over`,
        { received: state.textOf(target) },
      );
    case 'instance':
      put(object.attributes);
      return;
    case 'unknown':
      refuseChangedPart(state, object, target);
      if (object.optimizer?.content || object.holds.size > 0)
        throw new PythonRefusal(
          'python-change',
          line,
          'an optimizer that is changed by hand cannot be taken over',
          {
            received: state.textOf(target),
          },
        );
      put(object.attributes);
      return;
    case 'class':
      if (object.name === adapterName && name === 'metric' && source) {
        const metric = source.type === 'name' ? metricNamed(source.name) : undefined;
        if (!metric) {
          throw new PythonRefusal(
            'python-metric',
            line,
            `${state.textOf(source)} is not a metric that a policy can watch`,
            {
              received: state.textOf(source),
              accepted: 'train_loss | val_loss | val_accuracy',
            },
          );
        }
        state.write(state.handed, stringValue(metric));
        return;
      }
      put(object.scope.variables);
      return;
    case 'path':
      if (/^(?:torch\.optim|math|numpy)/.test(object.path))
        throw new PythonRefusal('python-unsupported', line, `${object.path} is changed by hand`, {
          received: state.textOf(target),
        });
      return;
    default:
      return;
  }
}
