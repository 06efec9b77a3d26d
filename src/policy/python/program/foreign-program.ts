/** Programs of other libraries. */
import { closestWord } from '../../../closest-word.js';
import { schedulerTypes } from '../../schema/scheduler-parameters.js';
import type { Expression } from '../../syntax/expression.js';
import { foreignLibrary } from '../names/foreign-libraries.js';
import { lastOf } from '../names/name-words.js';
import { PythonRefusal } from '../outcome/python-refusal.js';
import type { State } from '../state/state.js';
import { visitExpressions } from '../syntax/statement-parts.js';
import { allNodes } from '../training/trace-questions.js';
import type { Reading } from './reading.js';

/** Where a schedule of another library stands, and what comes nearest to it. */
interface Foreign {
  readonly line: number;
  readonly name: string;
  readonly instead: string;
}

/** The refusal of a program without schedulers and optimizers. */
export function emptyProgram(reading: Reading): PythonRefusal {
  refuseForeignProgram(reading);
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
export function refuseForeignProgram(reading: Reading): void {
  let found: Foreign | undefined;
  const look = (path: string, line: number): void => {
    const foreign = foreignLibrary(path === 'tf' ? 'tensorflow' : path);
    if (foreign) found ??= { line, ...foreign };
  };
  visitExpressions(reading.program.statements, (expression) => {
    if (expression.type !== 'call') return;
    const text = reading.state.textOf(expression.callee);
    const isSchedule = /sched|decay|cycle|warmup|LR$|lr/i.test(text);
    if (isSchedule) look(pathOf(reading.state, text), expression.line);
    if (/(?:^|\.)(?:fit_one_cycle|fit_flat_cos)$/.test(text)) look('fastai', expression.line);
  });
  if (found) throw foreignRefusal(found);
  refuseTrainer(reading);
}

/** The Trainer of Hugging Face makes a schedule of its own unless it is given one, or a loop of the code trains. */
export function refuseTrainer({ state, program }: Reading): void {
  const given = state.handedToTrainer.content;
  const isOwnLoop = allNodes(state.trace).some(({ type }) => type === 'update' || type === 'step');
  if (isOwnLoop || given.some(({ type }) => type === 'scheduler')) return;
  const lines: number[] = [];
  const constants: Expression[] = [];
  visitExpressions(program.statements, (expression) => {
    if (expression.type !== 'call') return;
    const path = pathOf(state, state.textOf(expression.callee));
    if (/TrainingArguments$|^(?:transformers|trl)\.(?:\w+\.)*\w*Trainer$/.test(path))
      lines.push(expression.line);
    for (const argument of expression.arguments) {
      const { value } = argument;
      const isType = argument.kind === 'keyword' && argument.name === 'lr_scheduler_type';
      if (isType && value.type === 'string' && value.value === 'constant') constants.push(value);
    }
  });
  const isConstant = constants.length > 0 && given.length > 0;
  const line = lines.at(0);
  if (line === undefined || isConstant) return;
  throw foreignRefusal({
    line,
    name: 'the Trainer of Hugging Face',
    instead: 'get_scheduler(name, optimizer, …) or LambdaLR',
  });
}

/** The path of what is called, with what its first name was imported from. */
function pathOf(state: State, text: string): string {
  const root = text.split('.')[0];
  const value = state.module.variables.get(root)?.content;
  return value?.type === 'path' ? value.path + text.slice(root.length) : text;
}

function foreignRefusal({ line, name, instead }: Foreign): PythonRefusal {
  return new PythonRefusal(
    'python-unsupported',
    line,
    `this schedule comes from ${name}, not from torch.optim.lr_scheduler; the nearest that works is ${instead}`,
    { received: name, accepted: instead, detail: 'other-library' },
  );
}
