/** Calls of Python's own functions. */
import type { ExpressionOf } from '../../../syntax/expression.js';
import { actsIn } from '../../names/acting-blocks.js';
import { PythonRefusal } from '../../outcome/python-refusal.js';
import type { Interpreter } from '../../state/interpreter.js';
import { setVariable } from '../../state/scopes.js';
import { callBuiltIn } from '../../values/built-in-functions.js';
import { entitiesIn } from '../../values/entities.js';
import { callOnFormulas } from '../../values/formula-arithmetic.js';
import { listOf } from '../../values/lists.js';
import {
  booleanValue,
  dictionaryValue,
  entriesOf,
  isUnknown,
  itemsOf,
  keywordArguments,
  none,
  numberValue,
  perhaps,
  sequenceValue,
} from '../../values/make-values.js';
import type { CallArgument, Key, Value } from '../../values/value.js';
import { handedOver } from '../elsewhere/handed-over.js';
import { groupsChanged } from '../optimizers/param-groups.js';
import { baseRate } from './base-rate.js';
import { isInstanceOf, pathOfClass } from './is-instance.js';
import { enumerateOf, rangeOf } from './range-and-enumerate.js';
import { sumOf } from './sum-of-formulas.js';

/** Functions that only look at what they are given. */
const looking = new Set([
  'print',
  'str',
  'repr',
  'len',
  'type',
  'isinstance',
  'hasattr',
  'id',
  'callable',
  'getattr',
]);

/** A call of one of Python's own functions. */
export function callPythonFunction(
  interpreter: Interpreter,
  name: string,
  given: readonly CallArgument[],
  call: ExpressionOf<'call'>,
): Value {
  const { state } = interpreter;
  const { line } = call;
  const values = given.map(({ value }) => value);
  const text = state.textOf(call);
  const [first, second, third] = perhaps(values);
  switch (name) {
    case 'range':
      return rangeOf(state, values, call);
    case '__lr__':
      return baseRate(state, first, line);
    case 'dict': {
      const own = keywordArguments(given);
      const base =
        first !== undefined && given[0].name === undefined ? entriesOf(first) : new Map<Key, Value>();
      if (!base) return state.derived(text, line, values, { holds: entitiesIn(values) });
      return dictionaryValue(new Map([...base, ...own]));
    }
    case 'getattr': {
      if (first === undefined || second?.type !== 'string') break;
      // Which class it is the text tells, or nobody does.
      if (['path', 'instance', 'unknown', 'scheduler', 'optimizer'].includes(first.type)) {
        const found = interpreter.attribute(first, second.value, call);
        return isUnknown(found) && third !== undefined && first.type === 'instance' ? third : found;
      }
      break;
    }
    case 'setattr':
    case 'delattr':
      if (first !== undefined && entitiesIn([first]).size > 0) throw groupsChanged(state, call);
      if (first?.type === 'instance' && second?.type === 'string' && third !== undefined) {
        setVariable(state, first.attributes, second.value, third);
        return none;
      }
      if (first?.type === 'instance')
        throw new PythonRefusal('python-unsupported', line, `which attribute ${text} sets is not known`);
      return none;
    case 'isinstance': {
      const answer = first !== undefined && second !== undefined ? isInstanceOf(first, second) : undefined;
      return answer === undefined ? state.derived(text, line, values) : booleanValue(answer);
    }
    case 'hasattr':
      return state.unknown(text, line, 'whether it has this attribute is not known', { varies: false });
    case 'type':
      if (first?.type === 'scheduler' && values.length === 1) return pathOfClass(first.class);
      break;
    case 'exec':
    case 'eval':
    case 'globals':
    case 'locals':
      throw new PythonRefusal(
        'python-unsupported',
        line,
        `${name} may run any code, which cannot be followed`,
        {
          received: text,
        },
      );
    case 'enumerate':
    case 'iter':
    case 'reversed':
      if (name === 'reversed' || first === undefined) break;
      if (name === 'iter') return first;
      return enumerateOf(state, first, second ?? numberValue(0), call);
    case 'map':
    case 'filter':
      if (first?.type === 'function' && actsIn(first.body)) throw handedOver(name, line);
      if (name === 'map' && values.length === 2) {
        const items = second && listOf(second);
        if (items && items.length <= 1000)
          return sequenceValue(
            'list',
            items.map((item) =>
              interpreter.call(values[0], [{ name: undefined, value: item, expression: call }], call),
            ),
          );
      }
      return state.derived(text, line, values);
    case 'super':
      return { type: 'method', object: state.frame.self ?? none, name: 'super' };
    case 'open':
    case 'input':
      return state.unknown(text, line, `what ${name} gives is not known`);
    default:
      break;
  }
  if (values.some(({ type }) => type === 'formula')) {
    const all = values.length === 1 && ['min', 'max', 'sum'].includes(name) ? itemsOf(values[0]) : undefined;
    const known = callOnFormulas(name, all ?? values);
    if (known) return known;
  }
  if (values.length === 1 && ['sum', 'min', 'max', 'any', 'all'].includes(name)) {
    const items = itemsOf(values[0]);
    if (items?.some(({ type }) => type === 'formula')) {
      const known = name === 'sum' ? sumOf(items) : callOnFormulas(name, items);
      if (known) return known;
    }
  }
  if (given.every(({ name: key }) => key === undefined)) {
    const known = callBuiltIn(name, values);
    if (known) return known;
  }
  const entities = entitiesIn(values);
  if (entities.size > 0 && !looking.has(name)) {
    const [entity] = entities;
    throw new PythonRefusal(
      'python-unsupported',
      line,
      `what ${name} does with ${entity.type === 'scheduler' ? 'a scheduler' : 'an optimizer'} is not known`,
      { received: text },
    );
  }
  return looking.has(name) || name === 'len'
    ? state.unknown(text, line, `what ${name} gives is not known`)
    : state.derived(text, line, values);
}
