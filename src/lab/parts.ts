/** The parts of a Lab, and what passes between them: what the runs report changes signals, makes forks and is saved. */
import { noop } from '../async.js';
import type { CompleteConfig } from '../config/index.js';
import type { Problem } from '../errors.js';
import type { MemoryReport } from '../training/index.js';
import { Commands } from './commands.js';
import { MnistSource } from './drive/mnist-source.js';
import type { DriverOptions } from './drive/run-driver.js';
import { endOf } from './drive/run-driver.js';
import { WorkerClient } from './drive/worker-client.js';
import { Forks } from './forks.js';
import type { LabOptions } from './options.js';
import { RunList } from './run-list.js';
import type { RunRecord } from './run/run.js';
import { Autosave } from './session/autosave.js';
import { SessionStore } from './session/session-store.js';
import { LabStatus } from './status.js';

/** Milliseconds from the loss of a worker or a device to each attempt to continue. */
const usualRetryDelays = [0, 500, 2000, 5000];

/** The parts, from the first run to the end of the worker. */
export class LabParts {
  readonly client: WorkerClient;
  readonly list: RunList;
  readonly forks: Forks;
  readonly mnist: MnistSource;
  readonly autosave: Autosave | undefined;
  readonly commands: Commands;
  readonly status = new LabStatus();
  private closing?: Promise<MemoryReport>;

  constructor(config: CompleteConfig, options: LabOptions) {
    const { keep, keepEvery, openWorker, heartbeat, store } = options;
    this.client = new WorkerClient(openWorker, heartbeat);
    this.list = new RunList(this.driverOptions(options));
    // Saved at once, so that a reload does not lose what a command has done.
    this.commands = new Commands(this.list, () => this.autosave?.save());
    this.list.add([this.list.create(config)]);
    this.forks = new Forks(this.list);
    this.mnist = new MnistSource(this.client);
    if (!keep) return;
    const report = (problem: Problem) => this.handleProblem(problem);
    this.autosave = new Autosave(
      new SessionStore(keep, store),
      () => this.list.runs.peek(),
      report,
      keepEvery,
    );
  }

  async replaceRuns(runs: readonly RunRecord[]): Promise<void> {
    this.status.forgetModel();
    await this.list.replace(runs);
  }

  /** Ends the worker; resolves with what it could not free. A second call returns the same promise. */
  close(): Promise<MemoryReport> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<MemoryReport> {
    const drivers = this.list.all;
    this.list.close();
    this.commands.close();
    // What is still in progress ends with the worker.
    for (const driver of drivers) driver.stop().catch(noop);
    const report = await this.client.close();
    await Promise.all(drivers.map((driver) => driver.stopped()));
    // A failed save has been reported.
    await this.autosave?.close().catch(noop);
    for (const { run } of drivers) if (!endOf(run)) run.state.value = 'idle';
    this.status.speed.value = 0;
    this.status.loading.value = undefined;
    return report;
  }

  private driverOptions({ retryDelays = usualRetryDelays, checkpointEvery }: LabOptions): DriverOptions {
    const { client, status } = this;
    return {
      retryDelays,
      checkpointEvery,
      client,
      bringData: async ({ config: { dataset } }) => {
        if (dataset === 'mnist') await this.mnist.bring();
      },
      handleProgress: (_, progress) => status.progress(progress),
      handleBackend: (backend) => {
        status.backend.value = backend;
      },
      handleReady: (_, ready) => {
        // A new worker does not know the limit.
        const limit = status.speedLimit.peek();
        if (limit !== undefined) void client.ask((worker) => worker.limitSpeed(limit));
        status.ready(ready);
      },
      handleReport: (run, { rows, problems }, acted) => {
        if (problems.length > 0) this.handleProblem(problems[0]);
        if (rows) status.count(rows.loss.length, this.list.state.peek() === 'running');
        this.autosave?.mark();
        this.forks.follow(run, acted).catch((error: unknown) => this.commands.reportLate(error));
      },
      handleLoss: () => {
        status.recoveries.value += 1;
      },
      handleStop: () => {
        if (this.list.all.every((driver) => !driver.isTraining)) status.speed.value = 0;
        this.autosave?.save();
      },
      handleProblem: (problem) => this.handleProblem(problem),
    };
  }

  private handleProblem(problem: Problem): void {
    this.commands.problem.value = problem;
  }
}
