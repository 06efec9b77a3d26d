/** The worker of a Lab, without its boundary: one device, and the runs of the Lab on it. */
import * as tf from '@tensorflow/tfjs';

import { Queue } from '../async.js';
import type { At, Change, Intervention } from '../timeline/index.js';
import { datasetFromIdx, fetchMnist } from '../data/index.js';
import { InputError, toProblem } from '../errors.js';
import { DeviceWatch } from './device-watch.js';
import type { LabWorker, LoadListener, Result, RunListener, Start } from './protocol.js';
import type { LoadProgress } from '../training/index.js';
import { DatasetCache } from '../training/index.js';
import type { MemoryReport } from '../training/index.js';
import { memoryReport } from '../training/index.js';
import type { TrainerConfig } from '../training/index.js';
import type { RangeTestOptions } from '../training/index.js';
import { rangeTest } from '../training/index.js';
import { Session } from './run-loop.js';
import { handingOver } from './transfer.js';
import { Turns } from './fair-turns.js';

/** Where a run has its place, from when it is asked for until it is released. */
interface Berth {
  readonly config: TrainerConfig;
  /** Stops its preparation. */
  readonly cancel: AbortController;
  session?: Session;
  /** Why it is gone, where it is. */
  lost?: InputError;
}

/** Holds runs, and does what a Lab asks. */
export class LabWorkerHost implements LabWorker {
  private readonly datasets = new DatasetCache();
  private readonly berths = new Map<string, Berth>();
  private readonly turns = new Turns();
  private readonly device = new DeviceWatch((reason) => this.handleLoss(reason));
  private download = new AbortController();
  /** What stops each range test that is under way, with the run that it is of. */
  private readonly rangeTests = new Map<AbortController, string>();
  /** The jobs that make or end runs, one after the other. */
  private readonly jobs = new Queue();

  prepare(run: string, config: TrainerConfig, start: Start, listener: RunListener, load: LoadListener) {
    return asResult(async () => {
      const former = this.berths.get(run);
      former?.cancel.abort(aborted());
      const berth: Berth = { config, cancel: new AbortController() };
      this.berths.set(run, berth);
      const prepared = this.jobs.add(async () => {
        await former?.session?.dispose();
        await this.berth(berth, start, listener, load);
      });
      try {
        await this.device.guard(prepared);
      } catch (error) {
        if (this.berths.get(run) === berth && !berth.lost) this.berths.delete(run);
        throw error;
      }
      const { backend, modelName, plan } = sessionIn(berth).trainer;
      return { backend, modelName, plan, fallbackModel: config.model === undefined && modelName === 'tiny' };
    });
  }

  run(run: string, until: number) {
    return this.onSession(run, async (session) => {
      await session.run(until);
      const { held } = session;
      return { steps: held ? held.step + 1 : session.trainer.steps, held };
    });
  }

  pause(run: string): void {
    this.berths.get(run)?.session?.pause();
  }

  intervene(run: string, change: Change, at: At) {
    return this.onSession(run, (session) => session.intervene(change, at));
  }

  plan(run: string, planned: readonly Intervention[]) {
    return this.onSession(run, async (session): Promise<undefined> => {
      await session.plan(planned);
    });
  }

  foresee(run: string, change: Change, at: At) {
    return this.onSession(run, (session) => session.foresee(change, at));
  }

  async checkpoint(run: string) {
    const result = await this.onSession(run, (session) => session.checkpoint());
    return handingOver(result, result);
  }

  async rangeTest(run: string, options: RangeTestOptions, load: LoadListener) {
    const result = await this.onSession(run, async (session, config) => {
      const cancel = new AbortController();
      const { datasets } = this;
      const { signal } = cancel;
      const progress = paced(load);
      const onStep = ({ done, total }: { done: number; total: number }) =>
        progress({ stage: 'rangeTest', done, total, unit: 'steps' });
      this.rangeTests.set(cancel, run);
      try {
        return await rangeTest(config, await session.checkpoint(), options, { datasets, signal, onStep });
      } finally {
        this.rangeTests.delete(cancel);
      }
    });
    return handingOver(result, result);
  }

  report(run: string) {
    return this.onSession(run, (session) => session.report());
  }

  weights(run: string) {
    return this.onSession(run, (session) => session.trainer.weights());
  }

  artifacts(run: string) {
    return this.onSession(run, (session) => session.artifacts());
  }

  limitSpeed(stepsPerSecond?: number): void {
    this.turns.limit(stepsPerSecond);
  }

  release(run: string) {
    return asResult(async (): Promise<undefined> => {
      const berth = this.berths.get(run);
      berth?.cancel.abort(aborted());
      this.berths.delete(run);
      await this.jobs.add(async () => berth?.session?.dispose());
    });
  }

  fetchMnist(load: LoadListener) {
    return asResult(async (): Promise<undefined> => {
      const { signal } = (this.download = new AbortController());
      const progress = paced(load);
      const dataset = await fetchMnist({
        signal,
        onProgress: ({ loaded, total }) => progress({ stage: 'dataset', done: loaded, total, unit: 'bytes' }),
      });
      this.datasets.keepMnist(dataset);
    });
  }

  readMnist(files: readonly File[]) {
    return asResult(async (): Promise<undefined> => {
      const named = files.map(async (file) => ({
        name: file.name,
        bytes: new Uint8Array(await file.arrayBuffer()),
      }));
      this.datasets.keepMnist(await datasetFromIdx(await Promise.all(named)));
    });
  }

  hasMnist() {
    return asResult(() => this.datasets.hasMnist());
  }

  abort(job: 'preparation' | 'download' | 'rangeTest', run?: string): void {
    switch (job) {
      case 'preparation':
        for (const [id, { session, cancel }] of this.berths)
          if (!session && id === (run ?? id)) cancel.abort(aborted());
        break;
      case 'download':
        this.download.abort(aborted());
        break;
      case 'rangeTest':
        for (const [cancel, id] of this.rangeTests) if (id === (run ?? id)) cancel.abort(aborted());
    }
  }

  async ping(): Promise<void> {
    // That it answers is the answer.
  }

  memory(): MemoryReport {
    return memoryReport();
  }

  async close(): Promise<MemoryReport> {
    for (const job of ['preparation', 'download', 'rangeTest'] as const) this.abort(job);
    await Promise.all([...this.berths.keys()].map((run) => this.release(run)));
    tf.disposeVariables();
    return memoryReport();
  }

  /** Fills a berth. */
  private async berth(berth: Berth, start: Start, listener: RunListener, load: LoadListener): Promise<void> {
    const { signal } = berth.cancel;
    signal.throwIfAborted();
    const send = (report: Parameters<RunListener['report']>[0]) =>
      listener.report(handingOver(report, report.rows, report.checkpoint));
    const session = await Session.create(this.configFor(berth.config, start), start, send, {
      datasets: this.datasets,
      turns: this.turns,
      signal,
      requiredBackend: start.backend,
      onProgress: paced(load),
      onBackend: (backend) => {
        this.device.begin();
        load.backend?.(backend);
      },
    });
    if (!signal.aborted) {
      berth.session = session;
      return;
    }
    await session.dispose();
    signal.throwIfAborted();
  }

  /**
   * The config with the backend on which the other runs are: tf.js has one at a time.
   *
   * @throws InputError `backend-in-use` when another is asked for
   */
  private configFor(config: TrainerConfig, start: Start): TrainerConfig {
    const other = [...this.berths.values()].find(({ session, lost }) => session && !lost);
    if (!other?.session) return config;
    const { name } = other.session.trainer.backend;
    const first = other.config.backend ?? 'webgpu';
    const asked = start.backend?.name ?? config.backend ?? first;
    if (asked === first || asked === name) return { ...config, backend: first };
    throw new InputError({
      code: 'backend-in-use',
      message: `the other runs are on ${name}; a run on ${asked} cannot go beside them.`,
      path: 'backend',
      received: asked,
      accepted: name,
    });
  }

  /** Does something with a run's session, as long as the device is there. */
  private onSession<Value>(
    run: string,
    work: (session: Session, config: TrainerConfig) => Promise<Value>,
  ): Promise<Result<Value>> {
    return asResult(() => {
      const berth = this.berths.get(run);
      if (!berth) throw noRun(run);
      return this.device.guard(work(sessionIn(berth, run), berth.config));
    });
  }

  /** All runs are gone with the device; what they held is freed before another run is made. */
  private handleLoss(reason: InputError): void {
    for (const cancel of this.rangeTests.keys()) cancel.abort(reason);
    const gone = [...this.berths.values()];
    for (const berth of gone) {
      berth.lost ??= reason;
      berth.cancel.abort(reason);
      void this.jobs.add(async () => berth.session?.dispose());
    }
  }
}

function sessionIn({ session, lost }: Berth, run = ''): Session {
  if (lost) throw lost;
  if (session) return session;
  throw noRun(run);
}

const noRun = (run: string): InputError =>
  new InputError({ code: 'no-run', message: 'nothing has been prepared yet.', received: run });

const aborted = (): InputError => new InputError({ code: 'aborted', message: 'stopped on request.' });

/** Turns what is thrown into data; a defect is told as well, and shows in the console. */
async function asResult<Value>(work: () => Value | Promise<Value>): Promise<Result<Value>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError')
      return { ok: false, problem: toProblem(aborted()) };
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
