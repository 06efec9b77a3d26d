/** The tf.js backends that a lab can use, best first. Free of tf.js, so that a page can check a name without it. */
export const backendNames = ['webgpu', 'webgl', 'cpu'] as const;

/** One of {@link backendNames}. */
export type BackendName = (typeof backendNames)[number];
