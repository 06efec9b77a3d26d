/** The methods of lists, tuples and sets. */
import type { ExpressionOf } from '../../../syntax/expression.js';
import { PythonRefusal } from '../../outcome/python-refusal.js';
import type { State } from '../../state/state.js';
import { callBuiltIn } from '../../values/built-in-functions.js';
import { entitiesIn } from '../../values/entities.js';
import { keyValue, listOf, longestList } from '../../values/lists.js';
import { isUnknown, itemsOf, none, numberValue, perhaps, sequenceValue } from '../../values/make-values.js';
import type { SequenceValue, Value } from '../../values/value.js';

/** A call of a method of a list, a tuple or a set. */
export function callSequence(
  state: State,
  list: SequenceValue,
  name: string,
  values: readonly Value[],
  call: ExpressionOf<'call'>,
): Value {
  const { line } = call;
  const { content } = list.items;
  const items = isUnknown(content) ? undefined : content;
  const [first, second] = perhaps(values);
  const put = (changed: readonly Value[]): Value => {
    state.budget.count(line, changed.length / 16);
    if (changed.length > longestList)
      throw new PythonRefusal('size', line, `a list has more than ${longestList} items`);
    state.write(list.items, changed);
    return none;
  };
  if (items) {
    switch (name) {
      case 'append':
      case 'add':
        if (values.length === 1) return put([...items, values[0]]);
        break;
      case 'extend':
      case 'update': {
        const more = first && listOf(first);
        if (more && values.length === 1) return put([...items, ...more]);
        break;
      }
      case 'insert':
        if (first?.type === 'number' && second !== undefined) {
          const copy = [...items];
          copy.splice(first.value, 0, second);
          return put(copy);
        }
        break;
      case 'pop': {
        const at = values.length === 0 ? items.length - 1 : first?.type === 'number' ? first.value : NaN;
        const place = at < 0 ? items.length + at : at;
        if (place >= 0 && place < items.length) {
          put(items.filter((_, index) => index !== place));
          return items[place];
        }
        break;
      }
      case 'clear':
        return put([]);
      case 'reverse':
        return put([...items].reverse());
      case 'sort': {
        const sorted =
          values.length === 0 && call.arguments.length === 0 ? callBuiltIn('sorted', [list]) : undefined;
        const known = sorted && itemsOf(sorted);
        if (known) return put(known);
        break;
      }
      case 'copy':
        return sequenceValue(list.kind, items);
      case 'index': {
        const at = items.findIndex(
          (item) => keyValue(item) !== undefined && keyValue(item) === (first && keyValue(first)),
        );
        if (at >= 0) return numberValue(at);
        break;
      }
      default:
        break;
    }
  }
  if (['index', 'count', 'copy', 'tolist', 'mean', 'sum', 'item'].includes(name))
    return state.derived(state.textOf(call), line, [list, ...values]);
  const holds = entitiesIn([list, ...values]);
  if ([...holds].some(({ type }) => type === 'scheduler')) {
    throw new PythonRefusal(
      'python-unsupported',
      line,
      `a list of schedulers cannot be followed through ${name}`,
      {
        received: name,
      },
    );
  }
  state.write(list.items, state.changed('list', state.textOf(call), line, holds));
  return state.unknown(state.textOf(call), line, 'its value is not known', { holds });
}
