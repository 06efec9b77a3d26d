/** The Trainer of Hugging Face, which steps the scheduler that it is given once an update. */
import type { ExpressionOf } from '../../../syntax/expression.js';
import { PythonRefusal } from '../../outcome/python-refusal.js';
import type { State } from '../../state/state.js';
import { itemsOf, perhaps } from '../../values/make-values.js';
import type { CallArgument, Value } from '../../values/value.js';

/** `Trainer(…, optimizers=(optimizer, scheduler))`; undefined for any other call. */
export function trainerWith(
  state: State,
  method: string,
  given: readonly CallArgument[],
  call: ExpressionOf<'call'>,
): Value | undefined {
  const pair = given.find(({ name }) => name === 'optimizers')?.value;
  const items = pair && method.endsWith('Trainer') ? itemsOf(pair) : undefined;
  const [optimizer, scheduler] = perhaps(items ?? []);
  if (optimizer?.type !== 'optimizer') return undefined;
  if (scheduler?.type === 'scheduler') {
    if (scheduler.class === 'ReduceLROnPlateau' || scheduler.passMetrics) {
      throw new PythonRefusal(
        'python-stepping',
        call.line,
        `${method} steps a ${scheduler.class} after each evaluation, and a policy after epochs or updates`,
        { received: state.textOf(call) },
      );
    }
  } else if (scheduler?.type !== 'none') return undefined;
  state.write(state.handedToTrainer, [...state.handedToTrainer.content, optimizer, scheduler]);
  return state.unknown(state.textOf(call), call.line, `what ${method} gives is not known`);
}
