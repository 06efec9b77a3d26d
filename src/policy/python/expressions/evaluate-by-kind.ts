/** The value of an expression, as Python would work it out, with values that are not known. */
import type { Expression } from '../../syntax/expression.js';
import { PythonRefusal } from '../outcome/python-refusal.js';
import type { Interpreter } from '../state/interpreter.js';
import { booleanValue, none, numberValue, stringValue } from '../values/make-values.js';
import type { Value } from '../values/value.js';
import { booleanOf } from './boolean.js';
import { callOf } from './call-expression.js';
import { dictionaryOf, sequenceOf } from './collections.js';
import { comparisonOf } from './comparison.js';
import { comprehensionOf } from './comprehension.js';
import { conditionalOf } from './conditional.js';
import { functionOf } from './function-value.js';
import { lookUp } from './look-up.js';
import { binaryOf, unaryOf } from './operators.js';
import { subscriptOf } from './subscript.js';

/** The value of an expression, whose kind decides how it is worked out. */
export function evaluateByKind(interpreter: Interpreter, expression: Expression): Value {
  const { state } = interpreter;
  const { line } = expression;
  switch (expression.type) {
    case 'number':
      return Number.isFinite(expression.value)
        ? numberValue(expression.value)
        : state.unknown(expression.text, line, 'it is not a real number');
    case 'string':
      if (expression.isFormat) {
        if (/step\s*\(|:=/.test(expression.value)) {
          throw new PythonRefusal(
            'python-unsupported',
            line,
            'what is called inside of an f-string cannot be followed',
            {
              received: expression.value.slice(0, 60),
            },
          );
        }
        if (expression.value.includes('{'))
          return state.unknown(state.textOf(expression), line, 'it is a text with values in it');
      }
      return stringValue(expression.value);
    case 'constant':
      return expression.value === null ? none : booleanValue(expression.value);
    case 'ellipsis':
      return state.unknown('...', line, 'the code leaves it out');
    case 'name':
      return lookUp(interpreter, expression.name, line);
    case 'attribute':
      return interpreter.attribute(interpreter.evaluate(expression.object), expression.name, expression);
    case 'subscript':
      return subscriptOf(interpreter, expression);
    case 'slice':
      return state.unknown(state.textOf(expression), line, 'it is a slice');
    case 'call':
      return callOf(interpreter, expression);
    case 'sequence':
      return sequenceOf(interpreter, expression);
    case 'dictionary':
      return dictionaryOf(interpreter, expression);
    case 'comprehension':
      return comprehensionOf(interpreter, expression);
    case 'star':
      return interpreter.evaluate(expression.value);
    case 'unary':
      return unaryOf(interpreter, expression);
    case 'binary': {
      const left = interpreter.evaluate(expression.left);
      const right = interpreter.evaluate(expression.right);
      return binaryOf(state, expression, left, right);
    }
    case 'boolean':
      return booleanOf(interpreter, expression);
    case 'comparison':
      return comparisonOf(interpreter, expression);
    case 'conditional':
      return conditionalOf(interpreter, expression);
    case 'lambda':
      return functionOf(interpreter, '', expression.parameters, expression.body, line, false, []);
    case 'named': {
      const value = interpreter.evaluate(expression.value);
      interpreter.assign(expression.target, value);
      return value;
    }
    case 'yield':
      if (expression.value) interpreter.evaluate(expression.value);
      return state.unknown(state.textOf(expression), line, 'it is sent to a generator');
  }
}
