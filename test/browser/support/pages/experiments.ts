/** Gives the browser tests the experiments without any element: `window.experiments`. */
import { makeDigits } from '../../../../src/data/index.js';
import {
  builtInExperiment,
  builtInNames,
  Experiment,
  parseExperiment,
  recordedOutcome,
  recordOf,
} from '../../../../src/experiment/index.js';

const experiments = {
  builtInExperiment,
  builtInNames,
  Experiment,
  parseExperiment,
  recordedOutcome,
  recordOf,
  makeDigits,
};

declare global {
  interface Window {
    experiments: typeof experiments;
  }
}

window.experiments = experiments;
