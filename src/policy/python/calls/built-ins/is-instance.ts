/** `isinstance` and `type`. */
import type { SchedulerType } from '../../../schema/scheduler-parameters.js';
import { lastOf } from '../../names/name-words.js';
import { schedulerAt } from '../../names/paths.js';
import { itemsOf } from '../../values/make-values.js';
import type { ClassValue, Value } from '../../values/value.js';

/** Whether a value is of a class; undefined where that is not known. */
export function isInstanceOf(value: Value, wanted: Value): boolean | undefined {
  const classes = itemsOf(wanted) ?? [wanted];
  const answers = classes.map((each): boolean | undefined => {
    if (value.type === 'scheduler' && each.type === 'path') {
      const type = schedulerAt(each.path);
      if (type) return type === value.class;
      if (each.path.endsWith('LRScheduler')) return value.class === 'ReduceLROnPlateau' ? undefined : true;
      return /^(?:builtins|torch\.optim\.[A-Z])/.test(each.path) ? false : undefined;
    }
    if (value.type === 'instance' && each.type === 'class') {
      const isOf = (called: ClassValue): boolean =>
        called === each || called.bases.some((base) => base.type === 'class' && isOf(base));
      return isOf(value.class);
    }
    if (each.type === 'path' && each.path.startsWith('builtins.')) {
      const name = lastOf(each.path);
      if (value.type === 'string') return name === 'str';
      if (value.type === 'none') return false;
      if (value.type === 'dictionary') return name === 'dict';
      if (value.type === 'sequence') return name === value.kind;
      if (value.type === 'number' && ['str', 'list', 'tuple', 'dict'].includes(name)) return false;
    }
    if (value.type === 'none') return false;
    return undefined;
  });
  if (answers.includes(true)) return true;
  return answers.includes(undefined) ? undefined : false;
}

/** The class of a scheduler as a value. */
export function pathOfClass(type: SchedulerType): Value {
  const module = type === 'SWALR' ? 'swa_utils' : 'lr_scheduler';
  return { type: 'path', path: `torch.optim.${module}.${type}`, isImported: true };
}
