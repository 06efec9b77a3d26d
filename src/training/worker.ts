/** The worker of a Lab: one device, and the runs of the Lab on it. */
import * as tf from '@tensorflow/tfjs';
import * as comlink from 'comlink';

import { datasetFromIdx, fetchMnist } from '../data/index.js';
import { InputError, toProblem } from '../errors.js';
import type { LabWorker, LoadListener, Result } from './lab-worker.js';
import type { LoadProgress } from './load-dataset.js';
import { DatasetShelf } from './load-dataset.js';
import { memoryReport } from './memory.js';
import { Session } from './session.js';

const shelf = new DatasetShelf();
let session: Session | undefined;
const cancellations = { preparation: new AbortController(), download: new AbortController() };
/** Settles when the last preparation has ended, however it ended: they take turns. */
let preparing: Promise<void> = Promise.resolve();

const noop = () => undefined;

/** Turns what is thrown into data; a defect is told as well, and shows in the console. */
async function asResult<Value>(work: () => Value | Promise<Value>): Promise<Result<Value>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') {
      return { ok: false, problem: { code: 'aborted', message: 'stopped on request.' } };
    }
    if (!(error instanceof InputError)) console.error(error);
    return { ok: false, problem: toProblem(error) };
  }
}

/** At most one progress message a frame, and always the last. */
function paced(load: LoadListener): (progress: LoadProgress) => void {
  let last = -Infinity;
  return (progress) => {
    const now = performance.now();
    if (now - last < 16 && progress.done < progress.total) return;
    last = now;
    load.progress(progress);
  };
}

function currentSession(): Session {
  if (session) return session;
  throw new InputError({ code: 'no-run', message: 'nothing has been prepared yet.' });
}

const worker: LabWorker = {
  prepare: (config, planned, run, load) =>
    asResult(async () => {
      cancellations.preparation.abort();
      const { signal } = (cancellations.preparation = new AbortController());
      const created = preparing.then(async () => {
        signal.throwIfAborted();
        await session?.dispose();
        session = undefined;
        session = await Session.create(config, planned, (report) => run.report(report), {
          shelf,
          signal,
          onProgress: paced(load),
          onBackend: (backend) => load.backend?.(backend),
        });
        return session.trainer;
      });
      preparing = created.then(noop, noop);
      const { backend, modelName, plan } = await created;
      return { backend, modelName, plan, fallbackModel: config.model === undefined && modelName === 'tiny' };
    }),

  run: (until) =>
    asResult(async () => {
      const current = currentSession();
      await current.run(until);
      return { steps: current.trainer.steps };
    }),

  pause: () => session?.pause(),

  intervene: (change, at) => asResult(() => currentSession().intervene(change, at)),

  report: () => asResult(() => currentSession().trainer.report()),

  fetchMnist: (load) =>
    asResult(async () => {
      const { signal } = (cancellations.download = new AbortController());
      const progress = paced(load);
      const dataset = await fetchMnist({
        signal,
        onProgress: ({ loaded, total }) => progress({ stage: 'dataset', done: loaded, total, unit: 'bytes' }),
      });
      shelf.keepMnist(dataset);
      return undefined;
    }),

  readMnist: (files) =>
    asResult(async () => {
      const named = files.map(async (file) => ({
        name: file.name,
        bytes: new Uint8Array(await file.arrayBuffer()),
      }));
      shelf.keepMnist(await datasetFromIdx(await Promise.all(named)));
      return undefined;
    }),

  hasMnist: () => asResult(() => shelf.hasMnist()),

  abort: (job) => cancellations[job].abort(),

  memory: () => memoryReport(),

  async close() {
    cancellations.preparation.abort();
    cancellations.download.abort();
    await preparing;
    await session?.dispose();
    session = undefined;
    tf.disposeVariables();
    return memoryReport();
  },
};

comlink.expose(worker);
