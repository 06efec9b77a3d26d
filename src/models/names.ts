/** The networks of the zoo, smallest first. Loads no tf.js, so that a page can check a name without it. */
export const modelNames = ['tiny', 'lenet', 'alexnet', 'mlp'] as const;

/** One of {@link modelNames}. */
export type ModelName = (typeof modelNames)[number];

export { modelArtifacts } from './model-artifacts.js';
export type { ModelArtifacts } from './model-artifacts.js';
