/** Functions that nothing calls and that may step the schedulers. */
import { writesRates } from '../names/acting-blocks.js';
import { PythonRefusal } from '../outcome/python-refusal.js';
import type { State } from '../state/state.js';
import { visitExpressions } from '../syntax/statement-parts.js';
import type { Statement } from '../syntax/statement.js';
import type { Reading } from './reading.js';

/** What nothing calls is not part of the program, but it may be what steps the schedulers. */
export function refuseUncalled(reading: Reading, statements: readonly Statement[], owner = ''): void {
  const { state } = reading;
  for (const statement of statements) {
    if (statement.type === 'class') refuseUncalled(reading, statement.body, statement.name);
    if (statement.type === 'if' || statement.type === 'try') {
      if (statement.type === 'try') refuseUncalled(reading, statement.body, owner);
      continue;
    }
    if (statement.type !== 'function' || state.called.has(statement.body)) continue;
    const written = writesRates(statement.body);
    if (written) {
      throw new PythonRefusal(
        'python-change',
        written.line,
        `${statement.name} changes the learning rate by hand, which no policy can; remove it if nothing calls it`,
        {
          received: state.textOf(written),
        },
      );
    }
    const step = lineOfStep(state, statement.body);
    const isLightning = owner !== '' && reading.configuration !== undefined;
    if (step !== undefined && !isLightning) {
      throw new PythonRefusal(
        'python-unsupported',
        step,
        `nothing in the code calls ${statement.name}, which steps a scheduler; paste the line that calls it, or remove it`,
        {
          received: statement.name,
          detail: 'never-called',
        },
      );
    }
  }
}

/** The line where a block steps something that is called like a scheduler, or is one. */
function lineOfStep(state: State, body: readonly Statement[]): number | undefined {
  let line: number | undefined;
  visitExpressions(body, (expression) => {
    if (
      expression.type !== 'call' ||
      expression.callee.type !== 'attribute' ||
      expression.callee.name !== 'step'
    )
      return;
    const object = state.textOf(expression.callee.object);
    const value = state.module.variables.get(object)?.content;
    if (value?.type === 'scheduler' || /sched|warm/i.test(object)) line ??= expression.line;
  });
  return line;
}
