/** The tf.js backends that a lab can use, best first. Loads no tf.js, so that a page can check a name without it. */
export const backendNames = ['webgpu', 'webgl', 'cpu'] as const;

/** One of {@link backendNames}. */
export type BackendName = (typeof backendNames)[number];

/** A backend that was tried and could not be used. */
export interface Refusal {
  name: BackendName;
  /** Why, in English: the browser's or the driver's message if there is one. */
  reason: string;
}

/** The only backend that is accepted: state computed on one backend cannot continue on another. */
export interface RequiredBackend {
  readonly name: BackendName;
  /** The adapter's description, if no other adapter is accepted. */
  readonly adapter?: string;
  /** What had been refused when it was chosen, which the report repeats. */
  readonly refused?: readonly Refusal[];
}
