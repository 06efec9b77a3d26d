/** Asks whether something happens once an update or once an epoch. */
import { Question } from '../outcome/answers.js';
import type { State } from '../state/state.js';
import type { Placed, StepNode } from './training.js';

/** Asks whether a scheduler is stepped once an update or once an epoch. */
export function askInterval(
  state: State,
  step: Placed<StepNode>,
  likely: 'epoch' | 'step',
): 'epoch' | 'step' {
  const { line, scheduler } = step.node;
  return choose(
    state,
    `${scheduler.class}.step()`,
    line,
    likely,
    `Line ${line}: is the scheduler stepped once an update or once an epoch?`,
  );
}

/** The answer to such a question. @throws Question where there is none */
export function choose(
  state: State,
  text: string,
  line: number,
  likely: 'epoch' | 'step',
  message: string,
): 'epoch' | 'step' {
  const chosen = state.choiceFor(text);
  if (chosen === 'epoch' || chosen === 'step') return chosen;
  const options = likely === 'epoch' ? ['epoch', 'step'] : ['step', 'epoch'];
  throw new Question([{ kind: 'choice', expression: text, line, about: 'interval', options, message }]);
}
