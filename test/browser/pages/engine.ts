/** Gives the browser tests the engine without any element: `window.engine`. */
import * as tf from '@tensorflow/tfjs';

import { makeDigits, shrinkToTwelve } from '../../../src/data/index.js';
import { InputError } from '../../../src/errors.js';
import { Lab } from '../../../src/lab/index.js';
import { Trainer } from '../../../src/training/index.js';

/** By what a refusal is told apart. */
const codeOf = (error: unknown): string => (error instanceof InputError ? error.code : String(error));

const engine = { codeOf, tf, Lab, Trainer, makeDigits, shrinkToTwelve };

declare global {
  interface Window {
    engine: typeof engine;
  }
}

window.engine = engine;
