import { invalidOption } from './scheduler-error.js';

/** The subject of a warning; a fixed name. */
export type SchedulerWarningCode =
  'step-order' | 'step-overridden' | 'epoch-argument' | 'get-lr-outside-step';

/** A warning that PyTorch gives at the same call. */
export interface SchedulerWarning {
  code: SchedulerWarningCode;
  /** Python's warning class. */
  category: 'UserWarning';
  /** PyTorch's class name of the scheduler that warns. */
  scheduler: string;
  /** An English text that starts with PyTorch's own words, so that a search finds the same advice. */
  message: string;
}

/** Receives every warning of every scheduler. */
export type WarningHandler = (warning: SchedulerWarning) => void;

const messages: Record<SchedulerWarningCode, string> = {
  'step-order':
    'Detected call of `lr_scheduler.step()` before `optimizer.step()`. ' +
    'Call `optimizer.step()` first: otherwise the first learning rate of the schedule is never used.',
  'step-overridden':
    'Seems like `optimizer.step()` has been overridden after learning rate scheduler initialization. ' +
    'Whether it is called before `lr_scheduler.step()`, as it should be, can no longer be seen.',
  'epoch-argument':
    'The epoch parameter in `scheduler.step()` was not necessary and is being deprecated where possible. ' +
    'With it the closed form of the schedule is used, where there is one; without it the chainable form.',
  'get-lr-outside-step':
    'To get the last learning rate computed by the scheduler, please use `get_last_lr()`. ' +
    'Here its name is `getLastLr()`; `getLr()` computes the next one.',
};

function warnOnConsole(warning: SchedulerWarning): void {
  console.warn(`${warning.category}: ${warning.scheduler}: ${warning.message}`);
}

let handler: WarningHandler = warnOnConsole;

/** Sends all warnings to `next` (by default they go to `console.warn`) and returns the handler in use before. */
export function setWarningHandler(next: WarningHandler): WarningHandler {
  const given: unknown = next;
  if (typeof given !== 'function')
    throw invalidOption('setWarningHandler', 'the handler', given, 'a function', 'TypeError');
  const previous = handler;
  handler = next;
  return previous;
}

/** Gives one warning in a scheduler's name. */
export function warn(code: SchedulerWarningCode, scheduler: string): void {
  handler({ code, category: 'UserWarning', scheduler, message: messages[code] });
}
