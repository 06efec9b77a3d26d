/** Programs of other libraries. */
import { closestWord } from '../../../closest-word.js';
import { schedulerTypes } from '../../schema/scheduler-parameters.js';
import { foreignLibrary } from '../names/foreign-libraries.js';
import { lastOf } from '../names/name-words.js';
import { PythonRefusal } from '../outcome/python-refusal.js';
import { visitExpressions } from '../syntax/statement-parts.js';
import type { Reading } from './reading.js';

/** The refusal of a program without schedulers and optimizers. */
export function emptyProgram(reading: Reading): PythonRefusal {
  refuseForeignProgram(reading, false);
  const { line = 1, name = '', suggestion } = misspeltScheduler(reading) ?? {};
  const hint = suggestion === undefined ? '' : `; did you mean ${suggestion}?`;
  const reason = `the code builds no scheduler of torch.optim.lr_scheduler${hint}`;
  return new PythonRefusal('python-empty', line, reason, { received: name, suggestion });
}

/** The first call of something that is named almost like a scheduler. */
function misspeltScheduler(reading: Reading): { line: number; name: string; suggestion: string } | undefined {
  let found: { line: number; name: string; suggestion: string } | undefined;
  visitExpressions(reading.program.statements, (expression) => {
    if (expression.type !== 'call' || found !== undefined) return;
    const name = lastOf(reading.state.textOf(expression.callee));
    const suggestion = closestWord(name, schedulerTypes);
    if (suggestion !== undefined && suggestion !== name) found = { line: expression.line, name, suggestion };
  });
  return found;
}

/** Programs of other libraries are named as such. */
export function refuseForeignProgram(reading: Reading, hasOptimizer: boolean): void {
  let found: { line: number; name: string; instead: string } | undefined;
  const look = (path: string, line: number): void => {
    const foreign = foreignLibrary(path === 'tf' ? 'tensorflow' : path);
    if (foreign) found ??= { line, ...foreign };
  };
  visitExpressions(reading.program.statements, (expression) => {
    if (expression.type !== 'call') return;
    const text = reading.state.textOf(expression.callee);
    const root = text.split('.')[0];
    const value = reading.state.module.variables.get(root)?.content;
    const path = value?.type === 'path' ? value.path : root;
    const isSchedule = /sched|decay|cycle|warmup|LR$|lr/i.test(text);
    if (isSchedule) look(path, expression.line);
    if (/(?:^|\.)(?:fit_one_cycle|fit_flat_cos)$/.test(text)) look('fastai', expression.line);
    if (text.endsWith('TrainingArguments') && !hasOptimizer)
      found ??= {
        line: expression.line,
        name: 'the Trainer of Hugging Face',
        instead: 'get_scheduler(name, optimizer, …) or LambdaLR',
      };
  });
  if (found) {
    throw new PythonRefusal(
      'python-unsupported',
      found.line,
      `this schedule comes from ${found.name}, not from torch.optim.lr_scheduler; the nearest that works is ${found.instead}`,
      {
        received: found.name,
        accepted: found.instead,
        detail: 'other-library',
      },
    );
  }
}
