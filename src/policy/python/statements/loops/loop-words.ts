/** What one pass of a loop is, by the words in its head. */
import type { Expression } from '../../../syntax/expression.js';
import { wordsOf } from '../../names/name-words.js';
import type { LoopKind } from '../../values/loop.js';
import type { Iteration } from './iteration.js';

/** Whether a name is that of an epoch. */
export function isEpochWord(name: string): boolean {
  return wordsOf(name).some((word) => /^(?:epochs?|ep|epoch\w*|\w*epoch)$/.test(word));
}

/** What one pass of a loop is, by its names and its head. */
export function kindOfLoop(names: readonly string[], { isRange, text, counter }: Iteration): LoopKind {
  if (names.some(isEpochWord)) return 'epoch';
  if (!isRange) return 'batches';
  if (/len\(\w*load|per_?epoch|batches|loader/i.test(text)) return 'batches';
  if (
    names.some((name) =>
      wordsOf(name).some((word) => /^(?:steps?|iters?|iterations?|batch|update|it)$/.test(word)),
    )
  )
    return 'step';
  if (/epoch/i.test(text)) return 'epoch';
  if (/step|iter|batch|update/i.test(text)) return 'step';
  return counter?.isFirst ? 'step' : undefined;
}

/** The names that a target gives values to. */
export function namesIn(target: Expression): string[] {
  if (target.type === 'name') return [target.name];
  return target.type === 'sequence' ? target.items.flatMap(namesIn) : [];
}
