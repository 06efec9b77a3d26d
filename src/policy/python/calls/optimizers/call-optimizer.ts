/** Calls of optimizers' methods. */
import type { ExpressionOf } from '../../../syntax/expression.js';
import { actsIn } from '../../names/acting-blocks.js';
import { PythonRefusal } from '../../outcome/python-refusal.js';
import type { Interpreter } from '../../state/interpreter.js';
import type { State } from '../../state/state.js';
import { none } from '../../values/make-values.js';
import type { CallArgument, FunctionValue, OptimizerValue, Value } from '../../values/value.js';
import { handedOver } from '../elsewhere/handed-over.js';

/** A call of an optimizer's method. */
export function callOptimizer(
  interpreter: Interpreter,
  optimizer: OptimizerValue,
  name: string,
  given: readonly CallArgument[],
  call: ExpressionOf<'call'>,
): Value {
  const { state } = interpreter;
  const { line } = call;
  switch (name) {
    case 'step':
      for (const { value } of given) {
        if (value.type === 'function' && actsIn(value.body) && stepsInside(interpreter, value, call))
          throw handedOver('optimizer.step', line);
      }
      state.emit({ type: 'update', line, optimizer });
      return state.unknown(state.textOf(call), line, 'it is the loss');
    case 'zero_grad':
    case 'state_dict':
    case 'train':
    case 'eval':
    case 'register_step_pre_hook':
    case 'register_step_post_hook':
      if (name.startsWith('register')) throw handedOver(`optimizer.${name}`, line);
      return state.unknown(state.textOf(call), line, 'it is read from an optimizer');
    case 'add_param_group': {
      if (state.schedulers.content.some((scheduler) => scheduler.optimizer === optimizer))
        throw new PythonRefusal(
          'python-change',
          line,
          'a param group that is added after a scheduler was built has no schedule',
          {
            received: state.textOf(call),
          },
        );
      return none;
    }
    default:
      throw new PythonRefusal(
        'python-change',
        line,
        `what ${name} does to the optimizer's learning rate is not known; remove this line if it does nothing`,
        {
          received: state.textOf(call),
          accepted: 'step | zero_grad | state_dict',
        },
      );
  }
}

/** Whether a closure steps a scheduler or another optimizer. */
function stepsInside(interpreter: Interpreter, value: FunctionValue, call: ExpressionOf<'call'>): boolean {
  const { state } = interpreter;
  const { trace } = state;
  state.trace = [];
  interpreter.invoke(value, [], call.line);
  const inside = state.trace;
  state.trace = trace;
  return inside.some(({ type }) => type !== 'backward');
}

/** An update that an optimizer makes. */
export function updateWith(
  state: State,
  optimizer: OptimizerValue,
  owner: string,
  call: ExpressionOf<'call'>,
): Value {
  if (/scaler/i.test(owner))
    state.note(
      'amp',
      call.line,
      owner,
      'mixed precision skips an update whose gradients overflow; the curve does not',
    );
  state.emit({ type: 'update', line: call.line, optimizer });
  return state.unknown(state.textOf(call), call.line, 'it is the loss');
}
