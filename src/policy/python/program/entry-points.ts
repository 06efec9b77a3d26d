/** Where a program begins: people paste a function or a class without what calls it. */
import { actsIn } from '../names/acting-blocks.js';
import { PythonRefusal } from '../outcome/python-refusal.js';
import type { State } from '../state/state.js';
import { isBlock, visitExpressions } from '../syntax/statement-parts.js';
import type { Statement } from '../syntax/statement.js';
import { hasSteps } from '../training/trace-questions.js';
import type { ClassValue, FunctionValue } from '../values/value.js';
import { buildsScheduler, makesOptimizer } from './entry-contents.js';
import { configureFitted } from './fitted-module.js';
import { isConfiguration } from './lightning-configuration.js';
import { configureWith } from './lightning-module.js';
import type { Reading } from './reading.js';
import { runUncalledClass } from './uncalled-class.js';

/** People paste a function or a class without what calls it. */
export function runWhatIsNotCalled(reading: Reading): void {
  const { state } = reading;
  configureFitted(reading);
  if (reading.configuration) return;
  const built = state.schedulers.content.length > 0;
  const stepped = hasSteps(state.trace);
  if (built && stepped) return;
  const candidates = entryPoints(reading);
  const building = candidates.filter((entry) => buildsScheduler(state, entry));
  const chosen = built
    ? candidates
    : building.length > 0
      ? building
      : candidates.filter((entry) => makesOptimizer(entry));
  if (chosen.length === 0) return;
  if (chosen.length > 1 && built) return;
  if (chosen.length > 1) {
    const names = chosen.map(({ name }) => name).join(', ');
    throw new PythonRefusal(
      'python-unsupported',
      chosen[1].line,
      `nothing in the code calls ${names}, and more than one of them builds schedulers; paste one, or the line that calls it`,
      { received: names },
    );
  }
  const [entry] = chosen;
  if (entry.type === 'class') runUncalledClass(reading, entry);
  else {
    state.note(
      'entry',
      entry.line,
      entry.name,
      `nothing in the code calls ${entry.name}; it is read as the program`,
    );
    const value = reading.machine.invoke(entry, [], entry.line);
    if (isConfiguration(value)) configureWith(reading, value, entry.line);
    else configureFitted(reading);
  }
}

/** The functions and classes that nothing calls or holds. */
function entryPoints(reading: Reading): (FunctionValue | ClassValue)[] {
  const { state } = reading;
  const found: (FunctionValue | ClassValue)[] = [];
  const named = namesUsed(reading);
  const made = new Set(state.instances.map((instance) => instance.class.scope));
  for (const { content } of state.module.variables.values()) {
    if (content?.type === 'function' && !state.called.has(content.body) && isBlock(content.body)) {
      if (!named.has(content.name)) found.push(content);
    }
    if (content?.type === 'class' && !made.has(content.scope) && !named.has(content.name))
      found.push(content);
  }
  return found.filter(
    (entry) =>
      entry.type === 'class' ||
      actsIn(entry.body as readonly Statement[]) ||
      callsActing(state, entry.body as readonly Statement[]),
  );
}

/** The names of functions and classes that functions which are not called use themselves. */
function namesUsed(reading: Reading): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (own: string, body: readonly Statement[]): void =>
    visitExpressions(body, (expression) => {
      if (expression.type === 'name' && expression.name !== own) names.add(expression.name);
    });
  for (const statement of reading.program.statements) {
    if (statement.type === 'function' || statement.type === 'class') visit(statement.name, statement.body);
  }
  return names;
}

function callsActing(state: State, body: readonly Statement[], depth = 0): boolean {
  let found = false;
  visitExpressions(body, (expression) => {
    if (found || expression.type !== 'name' || depth > 6) return;
    const value = state.module.variables.get(expression.name)?.content;
    if (value?.type === 'function' && isBlock(value.body))
      found = actsIn(value.body) || callsActing(state, value.body, depth + 1);
    if (value?.type === 'class') found ||= buildsScheduler(state, value);
  });
  return found;
}
