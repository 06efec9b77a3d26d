/** How the lines of runs differ: by colour and by dash. There are eight; the ninth run has those of the first. */

/** The custom properties that hold the colours of the runs, in order. */
export const runColors = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((letter) => `var(--run-${letter})`);

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
];

/** The dash of a run's own line, by its index in the list of runs. */
export function runDash(index: number): number[] {
  return [...runDashes[index % runDashes.length]];
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
