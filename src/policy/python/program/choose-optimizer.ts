/** Which optimizer is read. */
import { Question } from '../outcome/answers.js';
import type { State } from '../state/state.js';
import { nameOfOptimizer, updatedOptimizers } from '../training/other-optimizer.js';
import { isUnknown } from '../values/make-values.js';
import type { OptimizerValue } from '../values/value.js';
import { emptyProgram, refuseForeignProgram, refuseTrainer } from './foreign-program.js';
import type { Reading } from './reading.js';

/**
 * The optimizer whose schedule is read; a note says where the code does not tell its rate.
 *
 * @throws Question where there are several
 */
export function chooseOptimizer(reading: Reading): OptimizerValue {
  const optimizer = choose(reading);
  for (const options of [optimizer.options, ...(optimizer.groups ?? [])]) {
    const rate = options.get('lr');
    if (!rate || !isUnknown(rate)) continue;
    const name = rate.text === '' ? 'lr' : rate.text;
    reading.state.note('rate-unknown', optimizer.line, name, `the code does not tell what ${name} is`);
  }
  return optimizer;
}

function choose(reading: Reading): OptimizerValue {
  const { state } = reading;
  const scheduled = [...new Set(state.schedulers.content.map(({ optimizer }) => optimizer))];
  if (scheduled.length === 0) {
    const known = [...state.optimizers.content, ...(reading.configuration?.optimizers ?? [])];
    if (known.length === 0) throw emptyProgram(reading);
    refuseForeignProgram(reading);
    return withoutSchedule(state, known);
  }
  refuseTrainer(reading);
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

/** Of optimizers without a schedule, the one that makes updates; otherwise the last that is built. */
function withoutSchedule(state: State, known: readonly OptimizerValue[]): OptimizerValue {
  const updated = updatedOptimizers(state.trace);
  const used = known.filter((optimizer) => updated.has(optimizer));
  const chosen = used.at(0) ?? known[known.length - 1];
  if (known.length > 1 && used.length !== 1) {
    const name = nameOfOptimizer(state, chosen);
    state.note('one-optimizer', chosen.line, name, `of several optimizers ${name} is read`);
  }
  return chosen;
}
