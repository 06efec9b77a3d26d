/** argparse, and `save_hyperparameters` of Lightning. */
import type { ExpressionOf } from '../../../syntax/expression.js';
import { lastOf } from '../../names/name-words.js';
import { setVariable } from '../../state/scopes.js';
import type { State } from '../../state/state.js';
import { callBuiltIn } from '../../values/built-in-functions.js';
import {
  booleanValue,
  dictionaryValue,
  entriesOf,
  isUnknown,
  keywordArguments,
  none,
  sequenceValue,
} from '../../values/make-values.js';
import type { CallArgument, InstanceValue, Value } from '../../values/value.js';
import { pseudoObject } from './pseudo-objects.js';

/** `ArgumentParser()` of argparse. */
export function argumentParser(call: ExpressionOf<'call'>): Value {
  return pseudoObject('ArgumentParser', [['defaults', dictionaryValue(new Map())]], call.line);
}

/** Methods of what argparse gives, and `save_hyperparameters` of Lightning. */
export function callPseudoObject(
  state: State,
  instance: InstanceValue,
  name: string,
  given: readonly CallArgument[],
  call: ExpressionOf<'call'>,
): Value | undefined {
  const { line } = call;
  if (name === 'save_hyperparameters' && instance.class.name !== 'ArgumentParser') {
    const { scope, function: running } = state.frame;
    const parameters = (running?.parameters ?? []).flatMap(({ name: parameter }): [string, Value][] => {
      const value = scope.variables.get(parameter)?.content;
      return parameter === 'self' || value === undefined ? [] : [[parameter, value]];
    });
    setVariable(state, instance.attributes, 'hparams', pseudoObject('hparams', parameters, line));
    return none;
  }
  if (instance.class.name !== 'ArgumentParser') return undefined;
  const defaults = instance.attributes.get('defaults')?.content;
  const entries = defaults && entriesOf(defaults);
  if (!entries || defaults.type !== 'dictionary') return undefined;
  const option = (key: string): Value | undefined => given.find((each) => each.name === key)?.value;
  switch (name) {
    case 'add_argument_group':
    case 'add_mutually_exclusive_group':
      return instance;
    case 'add_argument': {
      const names = given.flatMap(({ name: key, value }) =>
        key === undefined && value.type === 'string' ? [value.value] : [],
      );
      const long = names.find((each) => each.startsWith('--')) ?? names.at(0) ?? '';
      const dest = option('dest');
      const key = dest?.type === 'string' ? dest.value : long.replace(/^-+/, '').replaceAll('-', '_');
      const action = option('action');
      const isFlag = action?.type === 'string' && /^store_(?:true|false)$/.test(action.value);
      const value = option('default') ?? (isFlag ? booleanValue(action.value === 'store_false') : undefined);
      const isNumber = option('type')?.type === 'path';
      const text =
        value?.type === 'string' && isNumber
          ? callBuiltIn(lastOf((option('type') as { path: string }).path), [value])
          : undefined;
      state.write(
        defaults.entries,
        new Map([...entries, [key, text ?? value ?? state.unknown('', line, 'it has no default')]]),
      );
      return none;
    }
    case 'set_defaults': {
      const own = keywordArguments(given);
      state.write(defaults.entries, new Map([...entries, ...own]));
      return none;
    }
    case 'parse_args':
    case 'parse_known_args': {
      const known = Array.from(entries, ([key, value]): [string, Value] => [String(key), value]).filter(
        ([, value]) => !isUnknown(value),
      );
      const made = pseudoObject('arguments', known, line);
      return name === 'parse_args'
        ? made
        : sequenceValue('tuple', [
            made,
            state.unknown(state.textOf(call), line, 'the arguments are not known'),
          ]);
    }
    default:
      return state.unknown(state.textOf(call), line, 'what the parser gives is not known');
  }
}
