/**
 * Each page that keeps its session under a name has a slot of its own, counted from 1: two pages in one slot would
 * overwrite each other's session. A page returns to its own slot after a reload; a new page takes the first free one.
 */

/** Milliseconds within which a page that is reloaded releases its slot. */
const reloadTime = 2000;

/**
 * Takes a slot, and holds it until `leave` is aborted. In a browser without locks it is the first of `filled`.
 *
 * @param filled the slots with a session, the preferred ones first
 */
export async function takeTabSlot(
  name: string,
  filled: readonly number[],
  leave: AbortSignal,
): Promise<number> {
  // Node and insecure pages lack it, unlike the types.
  const locks = (globalThis.navigator as Partial<Navigator> | undefined)?.locks;
  if (!locks) return filled.at(0) ?? 1;
  const own = ownSlot(name);
  if (own !== undefined && filled.includes(own)) {
    const signal = AbortSignal.any([leave, AbortSignal.timeout(reloadTime)]);
    if (await holdLock(locks, `${name} ${own}`, { signal }, leave)) return own;
  }
  for (const slot of filled)
    if (await holdLock(locks, `${name} ${slot}`, { ifAvailable: true }, leave)) return remember(name, slot);
  for (let slot = 1; ; slot += 1) {
    if (filled.includes(slot)) continue;
    if (await holdLock(locks, `${name} ${slot}`, { ifAvailable: true }, leave)) return remember(name, slot);
  }
}

/** Holds a lock until `leave` is aborted; resolves with whether it was available. */
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
      // A page that may not lock shares its store with no other page; one that has waited too long may share it.
      .catch(() => resolve(options.signal?.aborted !== true));
  });
}

/** The key of the slot in the session storage, which lasts through reloads and belongs to one page. */
const keyOf = (name: string): string => `lr-lab place: ${name}`;

function ownSlot(name: string): number | undefined {
  try {
    const slot = Number(globalThis.sessionStorage.getItem(keyOf(name)));
    return Number.isInteger(slot) && slot > 0 ? slot : undefined;
  } catch {
    return undefined;
  }
}

function remember(name: string, slot: number): number {
  try {
    globalThis.sessionStorage.setItem(keyOf(name), String(slot));
  } catch {
    // Forbidden: after a reload the page takes the first free slot.
  }
  return slot;
}
