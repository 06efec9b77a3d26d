/** How long a run is. */
export interface Plan {
  steps: number;
  stepsPerEpoch: number;
  epochs: number;
}
