/** The values of names. */
import { schedulerAt } from '../names/paths.js';
import { isHarmlessStar, pathOfFreeName } from '../names/well-known-names.js';
import { PythonRefusal } from '../outcome/python-refusal.js';
import type { Interpreter } from '../state/interpreter.js';
import { cellOf } from '../state/scopes.js';
import { stringValue } from '../values/make-values.js';
import type { Value } from '../values/value.js';

/** The value of a name. */
export function lookUp(interpreter: Interpreter, name: string, line: number): Value {
  const { state } = interpreter;
  const cell = cellOf(state, name);
  if (cell?.content) return cell.content;
  if (cell) {
    return state.unknown(name, line, `${name} has no value yet in line ${line}`, {
      varies: state.loops.length > 0,
    });
  }
  if (name === '__name__') return stringValue('__main__');
  const path = pathOfFreeName(name);
  if (path !== undefined) {
    const star = state.stars.find((module) => !isHarmlessStar(module));
    const isOfPyTorch = schedulerAt(path) !== undefined || /^(?:torch\.optim|transformers)/.test(path);
    if (star !== undefined && isOfPyTorch && !path.endsWith('.lr_scheduler') && path !== 'torch.optim') {
      throw new PythonRefusal(
        'python-unsupported',
        line,
        `${name} may come from ${star}, all of whose names are imported; import it from torch`,
        { received: name, accepted: `from torch.optim.lr_scheduler import ${name}` },
      );
    }
    return { type: 'path', path, isImported: false };
  }
  const member = /^(?:pi|inf|cos|sin|exp|sqrt|floor|ceil|log)$/.test(name) && state.stars.includes('math');
  if (member)
    return interpreter.attribute({ type: 'path', path: 'math', isImported: true }, name, {
      type: 'name',
      name,
      line,
      start: 0,
      end: 0,
      depth: 1,
    });
  const known = state.free.get(name);
  if (known) return known;
  const value = state.unknown(name, line, `${name} is not given a value in the code`, { varies: false });
  state.free.set(name, value);
  return value;
}
