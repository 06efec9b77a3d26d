/**
 * How many threads keep the device busy. A GPU has thousands of lanes and hides the waits of one thread behind other
 * threads; a software adapter has a few cores and is faster if each thread does more. It is set once for a device, so
 * that equal runs stay equal.
 */

/** Threads that keep a GPU busy on networks as small as ours. */
const busyGpu = 8192;

/** Threads that keep a software adapter busy. */
const busyProcessor = 1024;

let busy = busyGpu;

/** Sets whether threads run on a processor's cores. */
export function setSoftware(software: boolean): void {
  busy = software ? busyProcessor : busyGpu;
}

/** The first of the candidates, largest tile first, that gives enough threads; else the last. */
export function largestTile<Tile>(candidates: readonly Tile[], threads: (tile: Tile) => number): Tile {
  return candidates.find((tile) => threads(tile) >= busy) ?? candidates.at(-1)!;
}

/** How many parts a job of `threads` threads must be cut into to keep the device busy. */
export const partsFor = (threads: number): number => Math.max(1, Math.ceil(busy / threads));
