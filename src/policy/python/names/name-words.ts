/** The words of a name, in any of the usual spellings. */

/** The last name of a path: `c` of `a.b.c`. */
export function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

/** The words of a name in any of the usual spellings: `trainOneEpoch`, `train_one_epoch`. */
export function wordsOf(name: string): string[] {
  return lastOf(name)
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .split('_')
    .filter((word) => word !== '');
}

/** Whether one of the words is like this. */
export function hasWord(words: readonly string[], pattern: RegExp): boolean {
  return words.some((word) => pattern.test(word));
}
