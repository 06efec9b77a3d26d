/** Statements, whose kind decides what they do. */
import type { Expression } from '../../syntax/expression.js';
import { changesRates } from '../names/acting-blocks.js';
import { PythonRefusal } from '../outcome/python-refusal.js';
import type { Completion, Interpreter } from '../state/interpreter.js';
import { define, scopeWith } from '../state/scopes.js';
import type { State } from '../state/state.js';
import { calledName } from '../syntax/statement-parts.js';
import type { Statement } from '../syntax/statement.js';
import { none } from '../values/make-values.js';
import { runAugmented } from './assignment/augmented-assignment.js';
import { deleteTarget } from './assignment/delete.js';
import { runClass } from './class-statement.js';
import { decoratedFunction } from './functions/decorate.js';
import { runIf } from './if-statement.js';
import { importedValue } from './imported-value.js';
import { runFor } from './loops/for-loop.js';
import { runWhile } from './loops/while-loop.js';
import { runMatch } from './match-statement.js';
import { passOver } from './unreadable-line.js';

/** Goes through one statement. */
export function runStatement(interpreter: Interpreter, statement: Statement): Completion {
  const { state } = interpreter;
  switch (statement.type) {
    case 'expression':
      return runExpression(interpreter, statement.value);
    case 'assign': {
      const value = interpreter.evaluate(statement.value);
      for (const target of statement.targets) interpreter.assign(target, value, statement.value);
      return 'normal';
    }
    case 'augmented':
      runAugmented(interpreter, statement);
      return 'normal';
    case 'import':
      if (statement.star !== undefined) state.stars.push(statement.star);
      for (const { name, path } of statement.names) define(state, name, importedValue(path));
      return 'normal';
    case 'if':
      return runIf(interpreter, statement);
    case 'for':
      return runFor(interpreter, statement);
    case 'while':
      return runWhile(interpreter, statement);
    case 'with':
      for (const { value, target } of statement.items) {
        const entered = interpreter.evaluate(value);
        if (target) interpreter.assign(target, entered);
      }
      return interpreter.run(statement.body);
    case 'function':
      define(state, statement.name, decoratedFunction(interpreter, statement));
      return 'normal';
    case 'class':
      runClass(interpreter, statement);
      return 'normal';
    case 'return': {
      const value = statement.value ? interpreter.evaluate(statement.value) : none;
      state.frame.returns.push({ value, conditions: [...state.frame.conditions] });
      const loops = state.symbolicLoops.slice(loopsOutside(state));
      if (loops.length > 0) state.emit({ type: 'leave', line: statement.line, loops });
      return 'return';
    }
    case 'break':
    case 'continue': {
      const open = state.loops.at(-1);
      if (open?.loop) {
        if (statement.type === 'break')
          state.emit({ type: 'leave', line: statement.line, loops: [open.loop] });
        else state.emit({ type: 'continue', line: statement.line, loop: open.loop });
      }
      return statement.type;
    }
    case 'raise':
      if (statement.value) interpreter.evaluate(statement.value);
      return 'raise';
    case 'assert':
      interpreter.evaluate(statement.test);
      return 'normal';
    case 'delete':
      statement.targets.forEach((target) => deleteTarget(interpreter, target));
      return 'normal';
    case 'global':
    case 'nonlocal': {
      const { scope } = state.frame;
      const outer =
        statement.type === 'global'
          ? state.module
          : (scopeWith(statement.names[0], scope.parent) ?? state.module);
      for (const name of statement.names) scope.outer.set(name, outer);
      return 'normal';
    }
    case 'try': {
      // That nothing goes wrong is taken for granted; what is done if it does must not matter.
      const completion = interpreter.run(statement.body);
      for (const handler of statement.handlers) {
        if (changesRates(handler)) {
          throw new PythonRefusal(
            'python-unsupported',
            statement.line,
            'what happens to the schedule in except cannot be followed',
          );
        }
      }
      const rest = completion === 'normal' ? interpreter.run(statement.otherwise) : completion;
      const last = interpreter.run(statement.last);
      return last === 'normal' ? rest : last;
    }
    case 'match':
      return runMatch(interpreter, statement);
    case 'unreadable':
      passOver(state, statement);
      return 'normal';
    case 'pass':
      return 'normal';
  }
}

function runExpression(interpreter: Interpreter, expression: Expression): Completion {
  const value = interpreter.evaluate(expression);
  if (expression.type === 'call') {
    const { callee } = expression;
    const name = calledName(callee);
    // The program ends here.
    if (value.type === 'none' && /^(?:exit|quit|_exit)$/.test(name)) return 'raise';
    if (callee.type === 'name' && /^(?:exit|quit)$/.test(name)) return 'raise';
  }
  return 'normal';
}

function loopsOutside(state: State): number {
  return state.loops.slice(0, state.frame.loops).filter(({ loop }) => loop).length;
}
