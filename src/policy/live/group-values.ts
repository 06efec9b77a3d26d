import type { ParamGroup } from '../../schedulers/index.js';

/** Copies of param groups with their numbers and lists of numbers; other values belong to the optimizer. */
export function copyGroups(groups: readonly ParamGroup[]): ParamGroup[] {
  return groups.map((group) => {
    const copy: ParamGroup = { lr: group.lr };
    for (const [key, value] of Object.entries(group)) if (isValue(value)) copy[key] = copyOf(value);
    return copy;
  });
}

/** Restores copied values in their groups, and removes the numbers that the groups did not have then. */
export function writeGroups(groups: readonly ParamGroup[], saved: readonly ParamGroup[]): void {
  groups.forEach((group, index) => {
    const values = saved[index];
    for (const [key, value] of Object.entries(group)) {
      if (isValue(value) && !Object.hasOwn(values, key)) Reflect.deleteProperty(group, key);
    }
    for (const [key, value] of Object.entries(values)) if (isValue(value)) group[key] = copyOf(value);
  });
}

type Value = number | number[];

function isValue(value: unknown): value is Value {
  return (
    typeof value === 'number' || (Array.isArray(value) && value.every((item) => typeof item === 'number'))
  );
}

function copyOf(value: Value): Value {
  return Array.isArray(value) ? [...value] : value;
}
