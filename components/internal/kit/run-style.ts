/** How the lines of the runs are told apart: by a colour and by a dash. Up to eight; a ninth begins again. */

/** The custom properties that hold the colours of the runs, in order. */
export const runColors = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((letter) => `var(--run-${letter})`);

/** Dashes in CSS pixels, each mostly line, so that the short dashes of a plan stay a sign of their own. */
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

/** The dash of a run's own line, by its place in the list of runs. */
export function runDash(index: number): number[] {
  return [...runDashes[index % runDashes.length]];
}

/** The dash of what a run is going to do: short, with as much gap as line. */
export function previewDash(index: number): number[] {
  return [
    [4, 4],
    [5, 5],
    [3, 3],
    [6, 3, 1, 3],
  ][index % 4];
}
