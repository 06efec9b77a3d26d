export { copyGivenModel, followClock } from './given-model.js';
export { modelArtifacts } from './model-artifacts.js';
export type { ModelArtifacts } from './model-artifacts.js';
export { dropoutMask, dropoutStepKey, SeededDropout } from './seeded-dropout.js';
export type { DropoutClock } from './seeded-dropout.js';
export { buildModel } from './zoo.js';
export type { NetworkShape } from './zoo.js';
