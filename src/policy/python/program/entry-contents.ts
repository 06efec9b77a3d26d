/** What a function or a class that nothing calls would build. */
import { schedulerAt } from '../names/paths.js';
import type { State } from '../state/state.js';
import { calledName, isBlock, visitExpressions } from '../syntax/statement-parts.js';
import type { Statement } from '../syntax/statement.js';
import type { ClassValue, FunctionValue } from '../values/value.js';

/** Whether a function or a class builds schedulers, itself or through others. */
export function buildsScheduler(state: State, entry: FunctionValue | ClassValue, depth = 0): boolean {
  return bodiesOf(entry).some((body) => {
    let found = false;
    visitExpressions(body, (expression) => {
      if (expression.type === 'call') {
        const { callee } = expression;
        const name = calledName(callee);
        found ||=
          schedulerAt(`torch.optim.lr_scheduler.${name}`) !== undefined || /^get_\w*schedule/.test(name);
      }
      if (expression.type === 'name' && depth < 5 && !found) {
        const value = state.module.variables.get(expression.name)?.content;
        if ((value?.type === 'function' || value?.type === 'class') && value !== entry)
          found = buildsScheduler(state, value, depth + 1);
      }
    });
    return found;
  });
}

/** Whether a function or a class makes an optimizer. */
export function makesOptimizer(entry: FunctionValue | ClassValue): boolean {
  return bodiesOf(entry).some((body) => {
    let found = false;
    visitExpressions(body, (expression) => {
      if (expression.type !== 'attribute') return;
      found ||= /^(?:SGD|Adam\w*|RMSprop|Adagrad)$/.test(expression.name);
    });
    return found;
  });
}

/** The blocks of a function, or of the methods of a class. */
function bodiesOf(entry: FunctionValue | ClassValue): readonly Statement[][] {
  if (entry.type === 'function') return isBlock(entry.body) ? [entry.body.slice()] : [];
  return [...entry.scope.variables.values()].flatMap(({ content }) =>
    content?.type === 'function' && isBlock(content.body) ? [content.body.slice()] : [],
  );
}
