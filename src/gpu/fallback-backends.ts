/**
 * tf.js's backends below WebGPU. Each loads when it is chosen, so that a page fetches, and a program installs, only what
 * it computes on. The worker of the package has each in a file of its own (scripts/package-builds.js).
 */
export const loadFallback = {
  webgl: () => import('@tensorflow/tfjs-backend-webgl'),
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
} as const;
