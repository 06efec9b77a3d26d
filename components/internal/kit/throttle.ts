/** A function called at most once in an interval; a call that came too early is made up for at its end. */
export interface Throttled {
  (): void;
  /** Drops the call that is still to come. */
  cancel(): void;
}

/** Makes `act` a function that may be called as often as one likes. */
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
