/** What classes of the program hold, and which classes are above them. */
import type { ClassValue, Value } from '../../values/value.js';

/** What a class of the program, or one above it, holds under a name. */
export function findInClass(called: ClassValue, name: string, depth = 0): Value | undefined {
  const own = called.scope.variables.get(name)?.content;
  if (own || depth > 20) return own;
  for (const base of called.bases) {
    const found = base.type === 'class' ? findInClass(base, name, depth + 1) : undefined;
    if (found) return found;
  }
  return undefined;
}

/** The path of the first class above that is not in the program. */
export function foreignAncestor(called: ClassValue, depth = 0): string | undefined {
  for (const base of depth > 20 ? [] : called.bases) {
    if (base.type === 'path') return base.path;
    if (base.type === 'unknown') return base.text;
    const above = base.type === 'class' ? foreignAncestor(base, depth + 1) : undefined;
    if (above !== undefined) return above;
  }
  return undefined;
}
