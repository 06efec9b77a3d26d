/**
 * The worker of a Lab in Node: its host, at the end of the port that it is given. It computes on Dawn where npm's package
 * `webgpu` is installed and finds an adapter, and else on the cpu.
 */
import { workerData } from 'node:worker_threads';
import * as comlink from 'comlink';

import { provideWebGpu } from './node-webgpu.js';

await provideWebGpu();
// Only now: tf.js looks for WebGPU as it is loaded.
const [{ enableProdMode }, { LabWorkerHost }] = await Promise.all([
  import('@tensorflow/tfjs-core'),
  import('./host.js'),
]);
// On Node's console tf.js otherwise recommends another package.
enableProdMode();
comlink.expose(new LabWorkerHost(), (workerData as { port: MessagePort }).port);
