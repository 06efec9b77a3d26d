/** Lines that are not Python. */
import { isSchedulerWord } from '../names/paths.js';
import { PythonRefusal } from '../outcome/python-refusal.js';
import { cellOf } from '../state/scopes.js';
import type { State } from '../state/state.js';
import type { StatementOf } from '../syntax/statement.js';
import { entitiesIn } from '../values/entities.js';

/** A line that is not Python matters only if it is about schedulers. */
export function passOver(state: State, { tokens, reason, line }: StatementOf<'unreadable'>): void {
  const isAbout = tokens.some(({ type, text }) => {
    if (type !== 'name') return false;
    const value = cellOf(state, text)?.content;
    const holds = value !== undefined && entitiesIn([value], { intoObjects: true }).size > 0;
    return holds || isSchedulerWord(text) || /^(?:lr|step|optim\w*|param_groups)$/.test(text);
  });
  if (isAbout) throw new PythonRefusal('python-syntax', line, reason);
}
