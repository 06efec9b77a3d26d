/** What the paths of PyTorch, Hugging Face and `math` name. */
import { isSchedulerType } from '../../schema/scheduler-parameters.js';
import type { SchedulerType } from '../../schema/scheduler-parameters.js';
import { lastOf } from './name-words.js';

/** The scheduler class of PyTorch that a path names. */
export function schedulerAt(path: string): SchedulerType | undefined {
  const name = lastOf(path);
  const isTorch =
    /^torch\.optim\.(?:lr_scheduler|swa_utils)\.\w+$/.test(path) || /^torch\.optim\.\w+$/.test(path);
  return isTorch && isSchedulerType(name) ? name : undefined;
}

/** Whether a path names an optimizer class of PyTorch. */
export function isOptimizerAt(path: string): boolean {
  return (
    /^torch\.optim\.(?:\w+\.)?[A-Z]\w*$/.test(path) &&
    !/Schedule|LR$|Optimizer$/.test(path) &&
    !path.includes('lr_scheduler')
  );
}

/** Whether a name is one of Hugging Face's functions that make a scheduler. */
export function isHuggingFaceSchedule(name: string): boolean {
  return /^get_(?:\w+_schedule(?:_with_\w+)?|scheduler)$/.test(name);
}

/** The module that Hugging Face's functions come from. */
export function isHuggingFace(path: string): boolean {
  return /^(?:transformers|diffusers)(?:\.|$)/.test(path);
}

/** The member of `math`, or the same member of numpy or torch, that a path names. */
export function mathMember(path: string): string | undefined {
  return /^(?:math|numpy|np)\.(\w+)$/.exec(path)?.[1];
}

/** Whether a name is that of a scheduler class, or of a function of Hugging Face that makes one. */
export function isSchedulerWord(name: string): boolean {
  return isSchedulerType(name) || isHuggingFaceSchedule(name);
}
