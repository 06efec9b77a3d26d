/** Which metric a scheduler is shown, by the name that the code gives it. */
import { monitors } from '../../../policy.js';
import type { Monitor } from '../../../policy.js';
import type { Expression } from '../../../syntax/expression.js';
import { metricNamed } from '../../names/metric-names.js';
import { Question } from '../../outcome/answers.js';
import { PythonRefusal } from '../../outcome/python-refusal.js';
import type { State } from '../../state/state.js';
import { isUnknown } from '../../values/make-values.js';
import type { CallArgument, Value } from '../../values/value.js';

/** What falls where the number that it begins with or is multiplied by rises: `-x`, `1 - x`, `1 / x`, `x * -1`. */
const reversing = /^\(*-|^\(*\d[\d.]*\s*[-/]|\*\s*\(?-\s*\d|(?:^|\.)neg(?:ative)?\(/;

const metricWords = /acc|f1|auc|score|precision|recall|iou|dice|psnr|bleu|loss/i;

/**
 * The metric that an argument of `step` is.
 *
 * @throws Question where only a person can tell.
 * @throws PythonRefusal for a metric with its sign turned around, whose threshold no policy has.
 */
export function metricOf(state: State, { expression, value }: CallArgument, line: number): Monitor {
  const inner = bare(expression);
  const own = inner.type === 'name' || inner.type === 'attribute' ? inner.name : '';
  const named = metricNamed(own);
  if (named) return named;
  refuseReversed(state, inner, own, value, line);
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

/** A loss or an accuracy that falls where the real one rises. A loss may be the negative of anything itself. */
function refuseReversed(state: State, inner: Expression, own: string, value: Value, line: number): void {
  if (/loss/i.test(own)) return;
  const texts = [state.textOf(inner), ...(isUnknown(value) ? [value.text] : [])];
  const reversed = texts.find((text) => reversing.test(text) && metricWords.test(text));
  if (reversed === undefined) return;
  throw new PythonRefusal(
    'python-metric',
    line,
    `${reversed} falls where the metric rises, and a policy monitors the metric itself; turn the mode around and hand over the metric`,
    { received: reversed, accepted: "ReduceLROnPlateau(optimizer, mode='max'); scheduler.step(val_acc)" },
  );
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
