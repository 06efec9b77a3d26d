/** A function that acts at most once per interval; a call that comes too early acts at the end of the interval. */
export interface Throttled {
  (): void;
  /** Cancels the call that waits. */
  cancel(): void;
}

/** Limits `act` to one call per interval. */
export function throttle(act: () => void, milliseconds: number): Throttled {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let actedAt = -Infinity;
  const run = (): void => {
    timer = undefined;
    actedAt = performance.now();
    act();
  };
  const throttled = (): void => {
    if (timer !== undefined) return;
    const wait = actedAt + milliseconds - performance.now();
    if (wait <= 0) run();
    else timer = setTimeout(run, wait);
  };
  throttled.cancel = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  return throttled;
}
