/** How often a worker is pinged, and how many pings may stay unanswered. */
export interface HeartbeatLimits {
  /** Milliseconds between two beats. */
  every: number;
  /** Beats without an answer after which the worker counts as lost. */
  misses: number;
}

/** A minute: a worker that compiles its kernels on a slow machine may be silent for some seconds. */
export const usualHeartbeat: HeartbeatLimits = { every: 5000, misses: 12 };

/** Five times as long for a worker that has not answered yet: its code may load over a slow connection. */
export const atStart = ({ every, misses }: HeartbeatLimits): HeartbeatLimits => ({
  every,
  misses: 5 * misses,
});

/**
 * Pings repeatedly, and reports when there has been no answer for too long. It counts beats and not time: after a
 * machine's sleep, or in a tab with throttled timers, a clock would report a worker that had no chance to answer.
 *
 * @returns a function that ends the watch
 */
export function watchHeartbeat(
  ping: () => Promise<unknown>,
  { every, misses }: HeartbeatLimits,
  handleSilence: () => void,
): () => void {
  let unanswered = 0;
  const timer = setInterval(() => {
    if (unanswered >= misses) {
      clearInterval(timer);
      handleSilence();
      return;
    }
    // One ping is enough: a late answer counts.
    if (unanswered === 0) {
      ping().then(
        () => (unanswered = 0),
        () => undefined,
      );
    }
    unanswered += 1;
  }, every);
  return () => clearInterval(timer);
}
