/** Turns PyTorch's spelling of a parameter into ours: `T_max` → `tMax`, `step_size` → `stepSize`. */
export function toCamelCase(name: string): string {
  return name
    .split('_')
    .filter((part) => part !== '')
    .map(
      (part, index) =>
        (index === 0 ? part.charAt(0).toLowerCase() : part.charAt(0).toUpperCase()) + part.slice(1),
    )
    .join('');
}

/** The candidate that a person most likely meant by `word`, if any is close enough. */
export function closestWord(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > 64) return undefined;
  const plain = toCamelCase(word).toLowerCase();
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(plain, candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked.at(0);
  if (best && best.distance <= Math.min(3, Math.floor(best.candidate.length / 3))) return best.candidate;
  // "Cosine" or "cosineannealing" for CosineAnnealingLR: the start of a candidate.
  const started = candidates.filter((candidate) => candidate.toLowerCase().startsWith(plain));
  return plain.length >= 4 && started.length > 0 ? started[0] : undefined;
}

/** Insertions, deletions, replacements and exchanges of two neighbours from `a` to `b`, each part edited once. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = previous[column - 1] + (a[row - 1] === b[column - 1] ? 0 : 1);
      const isExchange = row > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const exchanged = isExchange ? before[column - 2] + 1 : Infinity;
      current.push(Math.min(replaced, previous[column] + 1, current[column - 1] + 1, exchanged));
    }
    before = previous;
    previous = current;
  }
  return previous[b.length];
}
