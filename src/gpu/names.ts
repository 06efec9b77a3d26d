/** The tf.js backends that a lab can use, best first. Loads no tf.js, so that a page can check a name without it. */
export const backendNames = ['webgpu', 'webgl', 'cpu'] as const;

/** One of {@link backendNames}. */
export type BackendName = (typeof backendNames)[number];
