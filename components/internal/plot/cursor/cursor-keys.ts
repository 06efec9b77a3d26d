/** How the keyboard moves the cursor of a chart. */

/** The cursor before a key press. */
export interface CursorPosition {
  /** The step of the cursor; undefined without a cursor. */
  step: number | undefined;
  /** The newest step, where a cursor begins. */
  latest: number;
  /** The last step that the cursor can reach. */
  lastStep: number;
  stepsPerEpoch: number;
  /** How many steps lie under one pixel; an arrow key moves at least that far. */
  stepsPerPixel: number;
}

/**
 * The step to which a key moves the cursor: arrows by a pixel or a step (with Shift always by one step), PageUp and
 * PageDown by an epoch, Home and End to the ends. `undefined` for Escape, which hides the cursor, and `null` for
 * every other key.
 */
export function stepAfterKey(key: string, shift: boolean, place: CursorPosition): number | undefined | null {
  const { step = place.latest, latest, lastStep } = place;
  const stride = shift ? 1 : Math.max(1, Math.round(place.stepsPerPixel));
  const epoch = Math.max(1, place.stepsPerEpoch);
  const within = (target: number): number => Math.min(Math.max(target, 0), lastStep);
  // The first key only shows the cursor at the newest step.
  const isArrow = key.startsWith('Arrow');
  if (isArrow && place.step === undefined) return within(latest);
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return within(step - stride);
    case 'ArrowRight':
    case 'ArrowUp':
      return within(step + stride);
    case 'PageDown':
      return within(step - epoch);
    case 'PageUp':
      return within(step + epoch);
    case 'Home':
      return 0;
    case 'End':
      return lastStep;
    case 'Escape':
      return undefined;
    default:
      return null;
  }
}
