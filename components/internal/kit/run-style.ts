/** How the lines of runs differ: by colour and by dash. There are twelve; later runs repeat a colour with another dash. */

/** The custom properties that hold the colours of the runs, in order. */
export const runColors = 'abcdefghijkl'.split('').map((letter) => `var(--run-${letter})`);

/** Dashes in CSS pixels. Each is mostly line, so that it differs from the short dashes of a preview. */
const runDashes: readonly (readonly number[])[] = [
  [],
  [14, 3],
  [7, 2],
  [16, 3, 3, 3],
  [24, 4],
  [9, 3, 2, 3],
  [16, 2, 2, 2, 2, 2],
  [5, 2],
  [20, 3, 7, 3],
  [11, 4],
  [30, 3, 2, 3],
  [8, 2, 4, 2],
];

/**
 * The index of a run's colour and dash. It follows from the run's id (A, B, …, Z, AA, …), so that removing a run does
 * not change how the others look.
 */
export function styleIndexOf(id: string): number {
  const letters = /^[A-Z]{1,4}$/.test(id) ? id : 'A';
  return Array.from(letters).reduce((index, letter) => (index + 1) * 26 + letter.charCodeAt(0) - 65, -1);
}

/** The dash of a run's own line, by the index of its style. */
export function runDash(index: number): number[] {
  const round = Math.floor(index / runColors.length);
  return [...runDashes[(index + round) % runDashes.length]];
}

/** The dash of a run's preview: short, with as much gap as line. */
export function previewDash(index: number): number[] {
  return [
    [4, 4],
    [5, 5],
    [3, 3],
    [6, 3, 1, 3],
  ][index % 4];
}
