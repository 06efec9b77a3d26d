/** Which metric a scheduler is shown, by the name that the code gives it. */
import { monitors } from '../../../policy.js';
import type { Monitor } from '../../../policy.js';
import type { Expression } from '../../../syntax/expression.js';
import { metricNamed } from '../../names/metric-names.js';
import { Question } from '../../outcome/answers.js';
import { PythonRefusal } from '../../outcome/python-refusal.js';
import type { State } from '../../state/state.js';

/**
 * The metric that an expression is.
 *
 * @throws Question where only a person can tell.
 */
export function metricOf(state: State, expression: Expression, line: number): Monitor {
  const inner = bare(expression);
  const named = inner.type === 'name' || inner.type === 'attribute' ? metricNamed(inner.name) : undefined;
  if (named) return named;
  const text = state.textOf(expression);
  const chosen = state.choiceFor(text);
  const monitor = monitors.find((candidate) => candidate === chosen);
  if (monitor) return monitor;
  if (chosen !== undefined) {
    throw new PythonRefusal('python-metric', line, `${chosen} is not a metric that a policy can watch`, {
      received: chosen,
      accepted: monitors.join(' | '),
    });
  }
  const likely = /acc/i.test(text) ? 'valAccuracy' : /train/i.test(text) ? 'trainLoss' : 'valLoss';
  throw new Question([
    {
      kind: 'choice',
      expression: text,
      line,
      about: 'metric',
      options: [likely, ...monitors.filter((candidate) => candidate !== likely)],
      message: `Line ${line}: which metric is ${text}?`,
    },
  ]);
}

/** `val_loss.item()` and `float(val_loss)` are val_loss. */
function bare(expression: Expression): Expression {
  if (expression.type !== 'call') return expression;
  const { callee, arguments: given } = expression;
  if (
    callee.type === 'attribute' &&
    ['item', 'detach', 'cpu', 'numpy'].includes(callee.name) &&
    given.length === 0
  )
    return bare(callee.object);
  const isWrapper = callee.type === 'name' && callee.name === 'float';
  return isWrapper && given.length === 1 && given[0].kind === 'positional'
    ? bare(given[0].value)
    : expression;
}
