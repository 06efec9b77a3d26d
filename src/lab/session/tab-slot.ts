/**
 * Each page that keeps its session under a name has a place of its own there, counted from 1: two that shared one would
 * overwrite each other's. A page goes back to its own place after a reload; another takes the first that suits it.
 */

/** Milliseconds within which the page that a reload has ended lets go of its place. */
const reloadTime = 2000;

/**
 * Takes a place, and holds it until `leave` is aborted. Where the browser has no locks it is the one that suits best.
 *
 * @param filled the places where sessions lie, those that suit best first
 */
export async function takePlace(
  name: string,
  filled: readonly number[],
  leave: AbortSignal,
): Promise<number> {
  // Node and insecure pages lack it, whatever the types promise.
  const locks = (globalThis.navigator as Partial<Navigator> | undefined)?.locks;
  if (!locks) return filled.at(0) ?? 1;
  const own = ownPlace(name);
  if (own !== undefined && filled.includes(own)) {
    const signal = AbortSignal.any([leave, AbortSignal.timeout(reloadTime)]);
    if (await holdLock(locks, `${name} ${own}`, { signal }, leave)) return own;
  }
  for (const place of filled)
    if (await holdLock(locks, `${name} ${place}`, { ifAvailable: true }, leave)) return remember(name, place);
  for (let place = 1; ; place += 1) {
    if (filled.includes(place)) continue;
    if (await holdLock(locks, `${name} ${place}`, { ifAvailable: true }, leave)) return remember(name, place);
  }
}

/** Holds a lock until `leave` is aborted; resolves with whether it was to be had. */
function holdLock(
  locks: LockManager,
  name: string,
  options: LockOptions,
  leave: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve) => {
    const left = new Promise<void>((release) => {
      if (leave.aborted) release();
      leave.addEventListener('abort', () => release(), { once: true });
    });
    locks
      .request(name, options, (lock) => {
        resolve(lock !== null);
        return lock ? left : undefined;
      })
      // A page that may not lock has nobody to share a store with; one that has waited too long may.
      .catch(() => resolve(options.signal?.aborted !== true));
  });
}

/** What a page remembers across its reloads, and no other page knows. */
const keyOf = (name: string): string => `lr-lab place: ${name}`;

function ownPlace(name: string): number | undefined {
  try {
    const place = Number(globalThis.sessionStorage.getItem(keyOf(name)));
    return Number.isInteger(place) && place > 0 ? place : undefined;
  } catch {
    return undefined;
  }
}

function remember(name: string, place: number): number {
  try {
    globalThis.sessionStorage.setItem(keyOf(name), String(place));
  } catch {
    // Forbidden: after a reload the page takes what suits best.
  }
  return place;
}
