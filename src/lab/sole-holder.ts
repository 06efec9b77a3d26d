/**
 * Waits until nobody else holds a name, then holds it until `leave` is aborted: two pages that kept their sessions under
 * one name would overwrite each other's. Where the browser has no locks, nothing is waited for.
 *
 * @throws the reason of `leave` when it is aborted before the name is free
 */
export async function becomeSoleHolder(name: string, leave: AbortSignal): Promise<void> {
  // Node and insecure pages lack it, whatever the types promise.
  const locks = (globalThis.navigator as Partial<Navigator> | undefined)?.locks;
  if (!locks) return;
  await new Promise<void>((resolve, reject) => {
    const left = new Promise<void>((release) => leave.addEventListener('abort', () => release()));
    locks
      .request(name, { signal: leave }, () => {
        resolve();
        return left;
      })
      // A page that may not lock has nobody to share a store with.
      .catch(() => (leave.aborted ? reject(leave.reason as Error) : resolve()));
  });
}
