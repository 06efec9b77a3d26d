/** The methods of dictionaries. */
import type { ExpressionOf } from '../../../syntax/expression.js';
import type { State } from '../../state/state.js';
import { entitiesIn } from '../../values/entities.js';
import { keyValue, listOf } from '../../values/lists.js';
import {
  dictionaryValue,
  entriesOf,
  isUnknown,
  keywordArguments,
  none,
  perhaps,
  sequenceValue,
  stringValue,
} from '../../values/make-values.js';
import type { CallArgument, DictionaryValue, Key, Value } from '../../values/value.js';

/** A call of a method of a dictionary. */
export function callDictionary(
  state: State,
  dictionary: DictionaryValue,
  name: string,
  given: readonly CallArgument[],
  call: ExpressionOf<'call'>,
): Value {
  const { line } = call;
  const values = given.map(({ value }) => value);
  const [first, second] = perhaps(values);
  const { content } = dictionary.entries;
  const entries = isUnknown(content) ? undefined : content;
  const key = first === undefined ? undefined : keyValue(first);
  const text = state.textOf(call);
  if (entries) {
    switch (name) {
      case 'get':
        if (key !== undefined) return entries.get(key) ?? second ?? none;
        break;
      case 'setdefault':
        if (key !== undefined && !entries.has(key))
          state.write(dictionary.entries, new Map([...entries, [key, second ?? none]]));
        if (key !== undefined) return entries.get(key) ?? second ?? none;
        break;
      case 'pop':
        if (key !== undefined) {
          state.write(dictionary.entries, new Map([...entries].filter(([each]) => each !== key)));
          return entries.get(key) ?? second ?? none;
        }
        break;
      case 'keys':
        return sequenceValue('list', listOf(dictionary) ?? []);
      case 'values':
        return sequenceValue('list', [...entries.values()]);
      case 'items':
        return sequenceValue(
          'list',
          Array.from(entries, ([each, value]) =>
            sequenceValue('tuple', [
              typeof each === 'string'
                ? stringValue(each)
                : (listOf(dictionaryValue(new Map([[each, value]])))?.[0] ?? none),
              value,
            ]),
          ),
        );
      case 'copy':
        return dictionaryValue(entries);
      case 'update': {
        const more = first === undefined ? new Map<Key, Value>() : entriesOf(first);
        const own = keywordArguments(given);
        if (more) {
          state.write(dictionary.entries, new Map([...entries, ...more, ...own]));
          return none;
        }
        break;
      }
      default:
        break;
    }
  }
  const holds = entitiesIn([dictionary, ...values]);
  if (!['get', 'keys', 'values', 'items', 'copy'].includes(name)) {
    state.write(dictionary.entries, state.changed('dictionary', text, line, holds));
  }
  return state.unknown(text, line, 'its value is not known', { holds });
}
