/** What a scheduler keeps: who changes that changes the scheduler. */
import type { Expression } from '../../../syntax/expression.js';
import { PythonRefusal } from '../../outcome/python-refusal.js';
import type { State } from '../../state/state.js';
import { isUnknown } from '../../values/make-values.js';
import type { SchedulerValue, UnknownValue, Value } from '../../values/value.js';

/** Attributes that can be changed without an assignment to them. */
const containers =
  /(?:^|\.)(?:base_lrs|lr_lambdas|_?milestones|_?schedulers|(?:min|max)_lrs|_schedule_phases|__dict__)$/;

/** An attribute of a scheduler that is read. */
export function partOfScheduler(
  state: State,
  scheduler: SchedulerValue,
  name: string,
  text: string,
  line: number,
): UnknownValue {
  const holds = /^_?schedulers$/.test(name) ? new Set(scheduler.children) : new Set<never>();
  return state.unknown(text, line, 'it is read from a scheduler', { isOfScheduler: true, holds });
}

/** Whether a value is a list or a dictionary in which a scheduler keeps what it computes from. */
export function isContainerOfScheduler(value: Value): boolean {
  return isUnknown(value) && value.isOfScheduler === true && containers.test(value.text);
}

/** @throws PythonRefusal where what is changed is a part of a scheduler. */
export function refuseChangedPart(state: State, value: Value, place: Expression): void {
  if (!isUnknown(value) || !value.isOfScheduler) return;
  throw new PythonRefusal(
    'python-change',
    place.line,
    'a scheduler that is changed by hand cannot be taken over',
    {
      received: state.textOf(place),
    },
  );
}
