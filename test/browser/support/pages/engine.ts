/** Gives the browser tests the engine without any element: `window.engine`. */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-webgpu';

import { makeDigits, shrinkToTwelve } from '../../../../src/data/index.js';
import { InputError } from '../../../../src/errors.js';
import { chooseBackend } from '../../../../src/gpu/index.js';
import { webGpuBackend } from '../../../../src/gpu/webgpu-backend.js';
import { Lab } from '../../../../src/lab/index.js';
import { createOptimizer } from '../../../../src/optimizers/index.js';
import * as schedulers from '../../../../src/schedulers/index.js';
import {
  CaptureError,
  captureStep,
  DatasetCache,
  rangeTest,
  ReadbackRing,
  Trainer,
} from '../../../../src/training/index.js';
import { LabWorkerHost } from '../../../../src/worker/host.js';
import { kernels } from './kernels.js';
import { smallNetwork } from './small-network.js';
import { replay } from '../../../unit/optimizers/replay.js';
import { Recording } from '../../../unit/worker/recording.js';

/** The code of a refusal. */
const codeOf = (error: unknown): string => (error instanceof InputError ? error.code : String(error));

const engine = {
  schedulers,
  optimizers: { chooseBackend, webGpuBackend, createOptimizer, replay },
  codeOf,
  tf,
  Lab,
  Trainer,
  rangeTest,
  LabWorkerHost,
  DatasetCache,
  Recording,
  makeDigits,
  shrinkToTwelve,
  CaptureError,
  captureStep,
  ReadbackRing,
  smallNetwork,
  kernels,
};

declare global {
  interface Window {
    engine: typeof engine;
  }
}

window.engine = engine;
