/** The optimizers and schedulers among values. */
import type { Cell } from './cell.js';
import { isUnknown } from './make-values.js';
import type { OptimizerValue, SchedulerValue, Value } from './value.js';

/** An optimizer or scheduler. */
export type Entity = OptimizerValue | SchedulerValue;

/** How far {@link entitiesIn} looks. */
interface Reach {
  /** Whether objects, functions and their variables are looked into. */
  readonly intoObjects: boolean;
}

const direct: Reach = { intoObjects: false };

const mostVisited = 5000;

/** The optimizers and schedulers that can be reached from values; by default not through objects. */
export function entitiesIn(values: readonly Value[], { intoObjects }: Reach = direct): Set<Entity> {
  const found = new Set<Entity>();
  const seen = new Set<unknown>();
  const open: (Value | undefined)[] = [...values];
  const visitCells = (cells: Iterable<Cell<Value | undefined>>): void => {
    for (const { content } of cells) open.push(content);
  };
  while (open.length > 0 && seen.size < mostVisited) {
    const value = open.pop();
    if (value === undefined || seen.has(value)) continue;
    seen.add(value);
    switch (value.type) {
      case 'optimizer':
      case 'scheduler':
        found.add(value);
        break;
      case 'groups':
      case 'group':
        found.add(value.optimizer);
        break;
      case 'sequence':
        if (isUnknown(value.items.content)) open.push(value.items.content);
        else open.push(...value.items.content);
        break;
      case 'dictionary':
        if (isUnknown(value.entries.content)) open.push(value.entries.content);
        else open.push(...value.entries.content.values());
        break;
      case 'method':
        open.push(value.object);
        break;
      case 'unknown':
        if (value.optimizer?.content) found.add(value.optimizer.content);
        for (const entity of value.holds) found.add(entity);
        visitCells(value.attributes.values());
        break;
      case 'instance':
        if (intoObjects) visitCells(value.attributes.values());
        break;
      case 'function':
        for (const { value: bound } of value.bound) open.push(bound);
        break;
      default:
        break;
    }
  }
  return found;
}
