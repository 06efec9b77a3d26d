/** The worker of a Lab, without its boundary: one device, and the runs of the Lab on it. */
import * as tf from '@tensorflow/tfjs-core';

import { Queue } from '../async.js';
import { datasetFromIdx, fetchMnist } from '../data/index.js';
import { aborted, InputError, toProblem } from '../errors.js';
import type { At, Change, ChangeRequest } from '../timeline/index.js';
import type { LoadProgress, MemoryReport, RangeTestOptions, TrainerConfig } from '../training/index.js';
import { DatasetCache, memoryReport } from '../training/index.js';
import { DeviceWatch } from './device-watch.js';
import type { Engine } from './engine.js';
import { tfjsEngine } from './engine.js';
import { FairTurns } from './fair-turns.js';
import type { LabWorker, LoadListener, Result, RunListener, SentFile, Start } from './protocol.js';
import { RunLoop } from './run-loop.js';
import { handingOver } from './transfer.js';

/** A run from when it is asked for until it is released. */
interface HostedRun {
  readonly config: TrainerConfig;
  /** Stops its preparation. */
  readonly cancel: AbortController;
  loop?: RunLoop;
  /** Why it is gone, where it is. */
  lost?: InputError;
}

/** Holds runs, and does what a Lab asks. */
export class LabWorkerHost implements LabWorker {
  private readonly engine: Engine;
  private readonly datasets = new DatasetCache();
  private readonly hosted = new Map<string, HostedRun>();
  private readonly turns = new FairTurns();
  private readonly device: DeviceWatch;
  private download = new AbortController();
  /** What stops each range test in progress, with the run that it is of. */
  private readonly rangeTests = new Map<AbortController, string>();
  /** The jobs that make or end runs, one after the other. */
  private readonly jobs = new Queue();

  constructor(engine: Engine = tfjsEngine) {
    this.engine = engine;
    this.device = new DeviceWatch(engine.deviceLost, (reason) => this.handleLoss(reason));
  }

  prepare(run: string, config: TrainerConfig, start: Start, listener: RunListener, load: LoadListener) {
    return asResult(async () => {
      const former = this.hosted.get(run);
      former?.cancel.abort(aborted());
      const hosted: HostedRun = { config, cancel: new AbortController() };
      this.hosted.set(run, hosted);
      const prepared = this.jobs.add(async () => {
        await former?.loop?.dispose();
        await this.make(hosted, start, listener, load);
      });
      try {
        await this.device.guard(prepared);
      } catch (error) {
        if (this.hosted.get(run) === hosted && !hosted.lost) this.hosted.delete(run);
        throw error;
      }
      const { backend, modelName, plan } = loopOf(hosted).run;
      return { backend, modelName, plan, fallbackModel: config.model === undefined && modelName === 'tiny' };
    });
  }

  run(run: string, until: number) {
    return this.onLoop(run, async (loop) => {
      await loop.train(until);
      const { held } = loop;
      return { steps: held ? held.step + 1 : loop.run.steps, held };
    });
  }

  pause(run: string): void {
    this.hosted.get(run)?.loop?.pause();
  }

  intervene(run: string, id: string, request: ChangeRequest, at: At) {
    return this.onLoop(run, (loop) => loop.intervene(id, request, at));
  }

  replan(run: string, id: string, step: number | undefined) {
    return this.onLoop(run, async (loop): Promise<undefined> => {
      await loop.replan(id, step);
    });
  }

  preview(run: string, change: Change, at: At) {
    return this.onLoop(run, (loop) => loop.preview(change, at));
  }

  async checkpoint(run: string) {
    const result = await this.onLoop(run, (loop) => loop.checkpoint());
    return handingOver(result, result);
  }

  async rangeTest(run: string, options: RangeTestOptions, load: LoadListener) {
    const result = await this.onLoop(run, async (loop, config) => {
      const cancel = new AbortController();
      const { datasets } = this;
      const { signal } = cancel;
      const progress = paced(load);
      const onStep = ({ done, total }: { done: number; total: number }) =>
        progress({ stage: 'rangeTest', done, total, unit: 'steps' });
      this.rangeTests.set(cancel, run);
      try {
        return await this.engine.rangeTest(config, await loop.checkpoint(), options, {
          datasets,
          signal,
          onStep,
        });
      } finally {
        this.rangeTests.delete(cancel);
      }
    });
    return handingOver(result, result);
  }

  report(run: string) {
    return this.onLoop(run, (loop) => loop.report());
  }

  weights(run: string) {
    return this.onLoop(run, (loop) => loop.weights());
  }

  artifacts(run: string) {
    return this.onLoop(run, (loop) => loop.artifacts());
  }

  samples(run: string, count: number) {
    return this.onLoop(run, (loop) => loop.samples(count));
  }

  limitSpeed(stepsPerSecond?: number): void {
    this.turns.limit(stepsPerSecond);
  }

  release(run: string) {
    return asResult(async (): Promise<undefined> => {
      const hosted = this.hosted.get(run);
      hosted?.cancel.abort(aborted());
      this.hosted.delete(run);
      await this.jobs.add(async () => hosted?.loop?.dispose());
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

  readMnist(files: readonly SentFile[]) {
    return asResult(async (): Promise<undefined> => {
      const named = files.map(async ({ name, content }) => ({
        name,
        bytes: new Uint8Array(await content.arrayBuffer()),
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
        for (const [id, { loop, cancel }] of this.hosted)
          if (!loop && id === (run ?? id)) cancel.abort(aborted());
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
    await Promise.all([...this.hosted.keys()].map((run) => this.release(run)));
    tf.disposeVariables();
    return memoryReport();
  }

  /** Makes the loop of a run. */
  private async make(
    hosted: HostedRun,
    start: Start,
    listener: RunListener,
    load: LoadListener,
  ): Promise<void> {
    const { signal } = hosted.cancel;
    signal.throwIfAborted();
    const send = (report: Parameters<RunListener['report']>[0]) =>
      listener.report(handingOver(report, report.rows, report.checkpoint));
    const loop = await RunLoop.create(this.configFor(hosted.config, start), start, send, {
      engine: this.engine,
      datasets: this.datasets,
      turns: this.turns,
      signal,
      requiredBackend: start.backend,
      avoidedBackends: start.avoided,
      onProgress: paced(load),
      onBackend: (backend) => {
        this.device.begin();
        load.backend?.(backend);
      },
    });
    if (!signal.aborted) {
      hosted.loop = loop;
      return;
    }
    await loop.dispose();
    signal.throwIfAborted();
  }

  /**
   * The config with the backend on which the other runs are: tf.js has one at a time.
   *
   * @throws InputError `backend-in-use` when another is asked for
   */
  private configFor(config: TrainerConfig, start: Start): TrainerConfig {
    const other = [...this.hosted.values()].find(({ loop, lost }) => loop && !lost);
    if (!other?.loop) return config;
    const { name } = other.loop.run.backend;
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

  /** Does something with a run's loop, as long as the device is there. */
  private onLoop<Value>(
    run: string,
    work: (loop: RunLoop, config: TrainerConfig) => Promise<Value>,
  ): Promise<Result<Value>> {
    return asResult(() => {
      const hosted = this.hosted.get(run);
      if (!hosted) throw noRun(run);
      return this.device.guard(work(loopOf(hosted, run), hosted.config));
    });
  }

  /** All runs are gone with the device; what they held is freed before another run is made. */
  private handleLoss(reason: InputError): void {
    for (const cancel of this.rangeTests.keys()) cancel.abort(reason);
    for (const hosted of this.hosted.values()) {
      hosted.lost ??= reason;
      hosted.cancel.abort(reason);
      void this.jobs.add(async () => hosted.loop?.dispose());
    }
  }
}

function loopOf({ loop, lost }: HostedRun, run = ''): RunLoop {
  if (lost) throw lost;
  if (loop) return loop;
  throw noRun(run);
}

const noRun = (run: string): InputError =>
  new InputError({ code: 'no-run', message: 'nothing has been prepared yet.', received: run });

/** Turns what is thrown into data; a defect is logged as well, and shows in the console. */
async function asResult<Value>(work: () => Value | Promise<Value>): Promise<Result<Value>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
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
