/** Which optimizer is read. */
import { Question } from '../outcome/answers.js';
import type { State } from '../state/state.js';
import type { OptimizerValue } from '../values/value.js';
import { emptyProgram, refuseForeignProgram } from './foreign-program.js';
import type { Reading } from './reading.js';

/** The optimizer whose schedule is read. @throws Question where there are several */
export function chooseOptimizer(reading: Reading): OptimizerValue | undefined {
  const { state } = reading;
  const scheduled = [...new Set(state.schedulers.content.map(({ optimizer }) => optimizer))];
  if (scheduled.length === 0) {
    const known = [...state.optimizers.content, ...(reading.configuration?.optimizers ?? [])];
    if (known.length === 0) throw emptyProgram(reading);
    refuseForeignProgram(reading, true);
    return known[0];
  }
  if (scheduled.length === 1) return scheduled[0];
  const names = scheduled.map((optimizer) => nameOfOptimizer(state, optimizer));
  const chosen = state.choiceFor('optimizer');
  const at = names.indexOf(chosen ?? '');
  if (at >= 0) {
    state.note('one-optimizer', scheduled[at].line, names[at], `of several optimizers ${names[at]} is read`);
    return scheduled[at];
  }
  throw new Question([
    {
      kind: 'choice',
      expression: 'optimizer',
      line: scheduled[0].line,
      about: 'optimizer',
      options: names,
      message: `The code has several optimizers with a schedule: ${names.join(', ')}. Which one is meant?`,
    },
  ]);
}

/** What the program calls an optimizer. */
function nameOfOptimizer(state: State, optimizer: OptimizerValue): string {
  const own = state.names.get(optimizer) ?? optimizer.name;
  return own === '' ? `${optimizer.class ?? 'optimizer'} (line ${optimizer.line})` : own;
}
