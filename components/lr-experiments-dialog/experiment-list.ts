/** The built-in experiments and their words: loaded when the reader asks for them. */
export { builtInExperiment, builtInNames, recordedOutcome } from '../../src/experiment/index.js';
export { experimentTerms } from '../locales/experiments.js';
