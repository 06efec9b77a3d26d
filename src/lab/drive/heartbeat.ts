/** How often a worker is asked whether it is there, and how long its silence is borne, in milliseconds. */
export interface Patience {
  beat: number;
  /** Beats without an answer after which it counts as gone. */
  beats: number;
}

/** A minute: a worker that compiles its kernels on a slow machine may well be silent for some seconds. */
export const usualPatience: Patience = { beat: 5000, beats: 12 };

/** Five minutes for a worker that has not answered at all yet: its code may come over a slow line. */
export const startPatience: Patience = { beat: 5000, beats: 60 };

/**
 * Asks again and again for a sign of life, and tells when there has been none for too long. Beats are counted and not
 * time: after a machine's sleep, or in a tab whose timers are slowed, a clock would accuse a worker that had no chance
 * to answer.
 *
 * @returns ends the watch
 */
export function watchPulse(
  ping: () => Promise<unknown>,
  { beat, beats }: Patience,
  handleSilence: () => void,
): () => void {
  let unanswered = 0;
  const timer = setInterval(() => {
    if (unanswered >= beats) {
      clearInterval(timer);
      handleSilence();
      return;
    }
    // One question is enough: whoever answers it late is alive all the same.
    if (unanswered === 0) {
      ping().then(
        () => (unanswered = 0),
        () => undefined,
      );
    }
    unanswered += 1;
  }, beat);
  return () => clearInterval(timer);
}
