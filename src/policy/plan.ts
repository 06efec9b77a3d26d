/** The length of a training. */
export interface PolicyPlan {
  /** All updates. */
  readonly steps: number;
  /** Updates in each epoch. */
  readonly stepsPerEpoch: number;
  readonly epochs: number;
}

/**
 * The rest of a training after `step` updates; an epoch that has begun counts as one, because a policy is still stepped
 * at its end. At least one update and one epoch.
 */
export function planFrom({ steps, stepsPerEpoch, epochs }: PolicyPlan, step: number): PolicyPlan {
  return {
    steps: Math.max(1, steps - step),
    stepsPerEpoch,
    epochs: Math.max(1, epochs - Math.floor(step / stepsPerEpoch)),
  };
}
