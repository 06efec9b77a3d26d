/**
 * A worker without a network: a run's only weight is a number that each update scrambles with its learning rate, so that
 * a loss depends on the seed, the step and all earlier changes. The host, the run loop and the schedulers are the real
 * ones.
 */
import { deferred, type Deferred } from '../../../src/async.js';
import type { CompleteConfig, Config } from '../../../src/config/index.js';
import { completeConfig } from '../../../src/config/index.js';
import { backendNames } from '../../../src/gpu/names.js';
import { aborted, InputError, toProblem } from '../../../src/errors.js';
import type { OpenWorker, WorkerCalls, WorkerLine } from '../../../src/lab/drive/worker-line.js';
import type { ParamGroup } from '../../../src/schedulers/index.js';
import type { ChangeAtStep, Plan } from '../../../src/timeline/index.js';
import { planOf, RateDriver } from '../../../src/timeline/index.js';
import type {
  BackendReport,
  Checkpoint,
  Evaluation,
  RangeTest,
  StepReport,
  TrainerConfig,
  TrainerHooks,
} from '../../../src/training/index.js';
import type { Engine, Steps } from '../../../src/worker/engine.js';
import { LabWorkerHost } from '../../../src/worker/host.js';
import type { Result, RunListener, Start } from '../../../src/worker/index.js';

/** Above this rate the loss is NaN. */
const divergingRate = 5;

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const refused = (code: string): InputError => new InputError({ code, message: code });

const backendFor = ({ requiredBackend, avoidedBackends = [] }: TrainerHooks): BackendReport => {
  const refused = requiredBackend?.refused ?? avoidedBackends;
  const isAvoided = (name: string) => avoidedBackends.some((refusal) => refusal.name === name);
  const name = requiredBackend?.name ?? backendNames.find((each) => !isAvoided(each))!;
  return { name, adapter: 'scripted', software: name === 'cpu', refused };
};

/** One step of a small pseudorandom generator. */
function scramble(weight: number, value: number): number {
  const bits = new Uint32Array(new Float64Array([value]).buffer);
  let mixed = (weight ^ bits[0] ^ Math.imul(bits[1], 0x9e3779b1)) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b) >>> 0;
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** An integer of 32 bits as two numbers that float32 holds exactly. */
const halves = (weight: number): Float32Array<ArrayBuffer> =>
  Float32Array.of(Math.floor(weight / 2 ** 16), weight % 2 ** 16);

/** A run whose losses are scripted. */
class ScriptedSteps implements Steps {
  readonly backend: BackendReport;
  readonly modelName = 'tiny';
  readonly plan: Plan;
  readonly rates: RateDriver;
  steps = 0;
  private readonly groups: ParamGroup[];
  private readonly hooks: TrainerHooks;
  private weight: number;
  private hasDiverged = false;
  private asked?: Deferred<StepReport>;
  private readonly device: { isBroken: boolean };
  private isDisposed = false;

  constructor(config: TrainerConfig, hooks: TrainerHooks = {}, device = { isBroken: false }) {
    this.device = device;
    const complete = completeConfig(config as Partial<Config>);
    this.hooks = hooks;
    this.backend = backendFor(hooks);
    this.plan = planOf(complete, 1000);
    this.groups = [{ lr: complete.optimizer.lr, momentum: 0.9 }];
    this.rates = new RateDriver({ paramGroups: this.groups }, complete.policy);
    this.weight = complete.seed;
  }

  async advance(): Promise<number> {
    await tick();
    if (this.isDisposed) throw aborted();
    if (this.device.isBroken) throw new DOMException('the instance is gone', 'AbortError');
    this.step();
    return 1;
  }

  /** Makes one update; throws the error of a schedule that fails after it. */
  step(): void {
    const { lr } = this.rates;
    const step = this.steps;
    const loss = Math.max(...lr) > divergingRate ? NaN : Math.fround(1 + this.weight / 2 ** 32);
    for (const rate of lr) this.weight = scramble(this.weight, rate);
    this.steps += 1;
    this.rates.recordLoss(Number.isNaN(loss) ? 1 : loss);
    this.hooks.onRow?.({ step, loss, lr });
    if (Number.isNaN(loss) && !this.hasDiverged) {
      this.hasDiverged = true;
      this.hooks.onDiverged?.(step);
    }
    this.asked?.resolve(reportOf(step, loss, lr));
    this.asked = undefined;
    const batch = step % this.plan.stepsPerEpoch;
    this.rates.afterStep({ batch });
    if (batch < this.plan.stepsPerEpoch - 1) return;
    const epoch = Math.floor(step / this.plan.stepsPerEpoch);
    const [valLoss, valAccuracy] = [this.weight / 2 ** 32, 0.5];
    this.hooks.onEvaluation?.({ step: this.steps, epoch: epoch + 1, loss: valLoss, accuracy: valAccuracy });
    this.rates.afterEpoch({ epoch, metrics: { valLoss, valAccuracy } });
  }

  drain(): Promise<void> {
    return Promise.resolve();
  }

  async checkpoint(): Promise<Checkpoint> {
    await tick();
    return structuredClone({
      version: 1,
      step: this.steps,
      weights: { weight: { shape: [2], values: halves(this.weight) } },
      optimizer: {
        type: 'SGD',
        groups: [{ parameters: ['weight'], values: this.groups[0] as Record<string, number> }],
        steps: [this.steps],
        slots: [{}],
      },
      rates: this.rates.checkpoint(),
      divergence: { first: [], latest: [] },
    });
  }

  async restore({ step, weights, optimizer, rates }: Checkpoint): Promise<void> {
    await tick();
    const [high, low] = weights.weight.values;
    this.steps = step;
    this.weight = high * 2 ** 16 + low;
    Object.assign(this.groups[0], structuredClone(optimizer.groups[0].values));
    this.rates.planRestore(rates, this.groups)();
  }

  report(): Promise<StepReport> {
    this.asked ??= deferred();
    return this.asked.promise;
  }

  refuseReport(reason: unknown): void {
    this.asked?.reject(reason);
    this.asked = undefined;
  }

  async weights() {
    await tick();
    return { weight: { shape: [1], values: [this.steps] } };
  }

  async artifacts() {
    await tick();
    return { modelTopology: { steps: this.steps } };
  }

  async samples(count: number) {
    await tick();
    const labels = Uint8Array.from({ length: count }, (_, index) => index % 10);
    const images = new Uint8Array(count);
    return { height: 1, width: 1, channels: 1, images, labels, answers: Int32Array.from(labels) };
  }

  dispose(): Promise<void> {
    this.isDisposed = true;
    this.refuseReport(aborted());
    return Promise.resolve();
  }
}

const reportOf = (step: number, loss: number, lr: number[]): StepReport => ({
  step,
  loss,
  lr,
  momentum: lr.map(() => 0.9),
  weights: [],
  stepsPerSecond: 0,
  submits: 0,
  javascriptMs: 0,
  execution: { captured: false, reason: 'scripted' },
  memory: { tensors: 0, bytes: 0, gpuBytes: 0 },
});

/** The history of a run that trains without interruption. */
export function replay(config: CompleteConfig, log: readonly ChangeAtStep[], steps: number) {
  const loss: number[] = [];
  const lr: number[] = [];
  const evaluations: Evaluation[] = [];
  const run = new ScriptedSteps(config, {
    onRow: (row) => {
      loss.push(row.loss);
      lr.push(row.lr[0]);
    },
    onEvaluation: (evaluation) => evaluations.push(evaluation),
  });
  for (let step = 0; step < steps; step += 1) {
    for (const change of log) if (change.step === step) run.rates.change(change);
    try {
      run.step();
    } catch (error) {
      // A schedule that fails after a step is corrected at the next, or the run ends.
      if (!(error instanceof InputError)) throw error;
    }
  }
  return { loss, lr, evaluations };
}

const ratesTried: RangeTest = {
  lr: Float64Array.of(0.1),
  loss: Float32Array.of(1),
  smoothed: Float32Array.of(1),
  diverged: false,
  divergesFrom: undefined,
  suggestions: { steepest: 0.1, tenthOfDivergence: undefined },
};

/** All workers that a lab starts, one after the other, and the failures that can happen to them. */
export class ScriptedWorkers {
  /** How many have been started. */
  started = 0;
  /** Whether the next preparations find no adapter. */
  hasNoAdapter = false;
  /** Whether each WebGPU device is lost at its first step. */
  hasBadDriver = false;
  /** Whether workers no longer answer. */
  isSilent = false;
  /** The speed limit of the present worker. */
  speedLimit?: number;
  /** Where each prepared run began. */
  readonly starts: Start[] = [];
  private readonly prepared = new Set<string>();
  private inFlight = 0;
  private fail?: (message: string) => void;
  private quiet?: () => void;
  private loss: Deferred<string> = deferred();
  private device = { isBroken: false };

  /** The function with which a Lab starts its workers. */
  readonly open: OpenWorker = (handleFailure) => this.start(handleFailure);

  /** The runs that the present worker holds. */
  get held(): string[] {
    return [...this.prepared];
  }

  /** Whether no worker owes an answer. */
  get isQuiet(): boolean {
    return this.inFlight === 0;
  }

  /** Ends the present worker. */
  kill(): void {
    this.fail?.('killed');
  }

  /** Stops the answers of the present worker. */
  silence(): void {
    this.quiet?.();
  }

  /** Loses the device of the present worker, which rejects its reads; the browser does not announce it. */
  breakDevice(): void {
    this.prepared.clear();
    this.device.isBroken = true;
  }

  /** Loses the device of the present worker. */
  loseDevice(): void {
    this.prepared.clear();
    this.loss.resolve('scripted');
  }

  private start(handleFailure: (message: string) => void): WorkerLine {
    const { prepared } = this;
    prepared.clear();
    this.started += 1;
    this.speedLimit = undefined;
    this.fail = handleFailure;
    this.loss = deferred();
    const device = { isBroken: false };
    this.device = device;
    const end = new AbortController();
    const never = () => new Promise<never>(() => undefined);
    let isQuiet = false;
    this.quiet = () => (isQuiet = true);
    const isGone = () => end.signal.aborted || isQuiet || this.isSilent;
    let hasMnist = false;

    const engine: Engine = {
      create: async (config, hooks) => {
        await tick();
        hooks.signal?.throwIfAborted();
        if (this.hasNoAdapter && hooks.requiredBackend) throw refused('no-adapter');
        if (config.dataset === 'mnist' && !hasMnist) throw refused('mnist-absent');
        hooks.onBackend?.(backendFor(hooks));
        if (this.hasBadDriver && backendFor(hooks).name === 'webgpu') device.isBroken = true;
        return new ScriptedSteps(config, hooks, device);
      },
      rangeTest: () => Promise.resolve(ratesTried),
      later: (work) => {
        const timer = setImmediate(work);
        return () => clearImmediate(timer);
      },
      deviceLost: () => this.loss.promise,
    };
    const host = new LabWorkerHost(engine);

    /** Passes a value between the threads: later, as a copy, and not at all once the worker has ended. */
    const answer = async <Value>(work: () => Value | Promise<Value>): Promise<Value> => {
      this.inFlight += 1;
      try {
        await tick();
        if (isGone()) return await never();
        const value = structuredClone(await work());
        return isGone() ? await never() : value;
      } finally {
        this.inFlight -= 1;
      }
    };
    /** Answers instead of the host. */
    const result = <Value>(work: () => Value) =>
      answer((): Result<Value> => {
        try {
          return { ok: true, value: work() };
        } catch (error) {
          return { ok: false, problem: toProblem(error) };
        }
      });
    const calls: WorkerCalls = {
      prepare: (run, config, start, listener, load) => {
        const given = structuredClone({ config, start });
        const heard: RunListener = {
          report: (report) => {
            if (!isGone()) return listener.report(structuredClone(report));
          },
        };
        return answer(async () => {
          this.starts.push(given.start);
          const ready = await host.prepare(run, given.config, given.start, heard, load);
          if (ready.ok && !isGone()) prepared.add(run);
          return ready;
        });
      },
      run: (run, until) => answer(() => host.run(run, until)),
      pause: (run) => answer(() => host.pause(run)),
      intervene: (run, id, change, at) => {
        const copy = structuredClone(change);
        return answer(() => host.intervene(run, id, copy, at));
      },
      replan: (run, id, step) => answer(() => host.replan(run, id, step)),
      preview: (run, change, at) => {
        const copy = structuredClone(change);
        return answer(() => host.preview(run, copy, at));
      },
      checkpoint: (run) => answer(() => host.checkpoint(run)),
      rangeTest: (run, options, load) => answer(() => host.rangeTest(run, options, load)),
      report: (run) => answer(() => host.report(run)),
      weights: (run) => answer(() => host.weights(run)),
      artifacts: (run) => answer(() => host.artifacts(run)),
      samples: (run, count) => answer(() => host.samples(run, count)),
      limitSpeed: (stepsPerSecond) =>
        answer(() => {
          this.speedLimit = stepsPerSecond;
        }),
      release: (run) =>
        answer(async () => {
          prepared.delete(run);
          const released = await host.release(run);
          prepared.delete(run);
          return released;
        }),
      fetchMnist: () => result(() => undefined),
      readMnist: () =>
        result((): undefined => {
          hasMnist = true;
        }),
      hasMnist: () => result(() => hasMnist),
      abort: (job, run) => answer(() => host.abort(job, run)),
      ping: () => answer(() => host.ping()),
      memory: () => answer(() => ({ tensors: prepared.size, bytes: 0, gpuBytes: 0 })),
      close: () =>
        answer(async () => {
          await host.close();
          prepared.clear();
          return { tensors: prepared.size, bytes: 0, gpuBytes: 0 };
        }),
    };
    return {
      calls,
      end: () => {
        if (end.signal.aborted) return;
        end.abort();
        void host.close();
        if (this.fail === handleFailure) prepared.clear();
      },
    };
  }
}
