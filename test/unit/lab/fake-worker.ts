/**
 * A worker without a network: a run's only weight is a number that each update scrambles with its learning rate, so that
 * a loss tells of the seed, the step and everything that was done before. The schedulers are the real ones.
 */
import type { At, Change, Intervention, Plan, RunGhost } from '../../../src/timeline/index.js';
import { completeConfig } from '../../../src/config/index.js';
import { planOf, stepOf } from '../../../src/timeline/index.js';
import type { CompleteConfig, Config } from '../../../src/config/index.js';
import { InputError, toProblem } from '../../../src/errors.js';
import type { ParamGroup } from '../../../src/schedulers/index.js';
import type { Held, Ready, Report, Result, Rows, RunListener, Start } from '../../../src/worker/protocol.js';
import type { Checkpoint, Evaluation, StepReport } from '../../../src/training/index.js';
import type { TrainerConfig } from '../../../src/training/preparation.js';
import { RateControl } from '../../../src/training/rate-control.js';
import type { OpenWorker, WorkerCalls, WorkerLine } from '../../../src/lab/drive/worker-client.js';

/** Above this rate the loss is no number any more. */
export const bearableRate = 5;

/** Steps whose rows are reported together. */
const stepsPerReport = 3;

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const refused = (code: string): InputError => new InputError({ code, message: code });

/** One step of a small generator of numbers that look random. */
function scramble(weight: number, value: number): number {
  const bits = new Uint32Array(new Float64Array([value]).buffer);
  let mixed = (weight ^ bits[0] ^ Math.imul(bits[1], 0x9e3779b1)) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b) >>> 0;
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** What comes of one update. */
interface Step {
  loss: number;
  lr: number[];
  evaluation?: Evaluation;
  failure?: InputError;
}

/** A run's numbers, stepped by hand. */
export class FakeTrainer {
  readonly plan: Plan;
  readonly config: CompleteConfig;
  steps = 0;
  held?: Held;
  private groups: ParamGroup[];
  private rates: RateControl;
  private weight: number;

  constructor(config: TrainerConfig) {
    this.config = completeConfig(config as Partial<Config>);
    this.plan = planOf(this.config, 1000);
    const { lr } = this.config.optimizer;
    this.groups = [{ lr, momentum: 0.9 }];
    this.rates = new RateControl({ paramGroups: this.groups }, this.config.policy, this.plan);
    this.weight = this.config.seed;
  }

  get lr(): number[] {
    return this.rates.lr;
  }

  get entries() {
    return this.rates.entries;
  }

  check(change: Change): void {
    this.rates.check(change);
  }

  apply(change: Change): void {
    this.rates.apply(change);
  }

  foresee(change: Intervention, planned: readonly Intervention[]) {
    return this.rates.foresee(change, this.steps, planned);
  }

  ghost(planned: readonly Intervention[]) {
    return this.rates.ghost(this.steps, planned);
  }

  /** Makes one update and tells of it, and of what the schedule gave out with after it. */
  step(): Step {
    const { steps, plan, lr } = this;
    const loss = Math.max(...lr) > bearableRate ? NaN : Math.fround(1 + this.weight / 2 ** 32);
    if (Number.isNaN(loss)) this.held = { step: steps, reason: 'diverged' };
    for (const rate of lr) this.weight = scramble(this.weight, rate);
    this.steps += 1;
    this.rates.recordLoss(Number.isNaN(loss) ? 1 : loss);
    const batch = steps % plan.stepsPerEpoch;
    const isEnd = batch === plan.stepsPerEpoch - 1;
    const epoch = Math.floor(steps / plan.stepsPerEpoch) + 1;
    const score = { step: this.steps, epoch, loss: this.weight / 2 ** 32, accuracy: 0.5 };
    const row = { loss, lr, evaluation: isEnd ? score : undefined };
    try {
      this.rates.afterStep(batch);
      if (isEnd) this.rates.afterEpoch(epoch - 1, { valLoss: score.loss, valAccuracy: score.accuracy });
      return row;
    } catch (error) {
      if (error instanceof InputError) return { ...row, failure: error };
      throw error;
    }
  }

  checkpoint(): Checkpoint {
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

  restore({ step, weights, optimizer, rates }: Checkpoint): void {
    const [high, low] = weights.weight.values;
    this.steps = step;
    this.weight = high * 2 ** 16 + low;
    Object.assign(this.groups[0], structuredClone(optimizer.groups[0].values));
    this.rates.planRestore(rates, this.groups)();
  }
}

/** A whole number of 32 bits as two that single precision holds. */
function halves(weight: number): Float32Array<ArrayBuffer> {
  return Float32Array.of(Math.floor(weight / 2 ** 16), weight % 2 ** 16);
}

/** A run's history as it is when it is made in one go. */
export function replay(config: CompleteConfig, log: readonly Intervention[], steps: number) {
  const trainer = new FakeTrainer(config);
  const loss: number[] = [];
  const lr: number[] = [];
  const evaluations: Evaluation[] = [];
  for (let step = 0; step < steps; step += 1) {
    for (const intervention of log) if (intervention.step === step) trainer.apply(intervention);
    const row = trainer.step();
    loss.push(row.loss);
    lr.push(row.lr[0]);
    if (row.evaluation) evaluations.push(row.evaluation);
  }
  return { loss, lr, evaluations };
}

class FakeSession {
  readonly trainer: FakeTrainer;
  planned: Intervention[] = [];
  private readonly listener: RunListener;
  private readonly checkpointEvery: number;
  private unsaid: Report = noNews();
  private rows?: Rows;
  private before?: Checkpoint;
  private requests: (() => void)[] = [];
  /** Who waits for a report of the next update. */
  private hopes: { resolve: (report: StepReport) => void; reject: (reason: InputError) => void }[] = [];
  /** What can change while something is awaited. */
  private readonly flags = new Set<'isGoing' | 'isDisposed' | 'isPaused'>(['isPaused']);
  private lastSwap = -1;

  constructor(config: TrainerConfig, start: Start, listener: RunListener) {
    this.trainer = new FakeTrainer(config);
    this.listener = listener;
    this.checkpointEvery = start.checkpointEvery ?? 50;
    const { trainer } = this;
    if (start.checkpoint) trainer.restore(start.checkpoint);
    const from = trainer.steps;
    if (start.replayTo < from || start.replayTo > trainer.plan.steps) throw refused('config-value');
    if (start.log.some(({ step }) => step >= start.replayTo)) throw new Error('the log runs ahead.');
    while (trainer.steps < start.replayTo) {
      for (const each of start.log) if (each.step >= from && each.step === trainer.steps) trainer.apply(each);
      trainer.step();
    }
    if (start.planned.some(({ step }) => step < start.replayTo)) throw new Error('a plan is late.');
    this.planned = start.planned.filter(({ step }) => step < trainer.plan.steps);
    this.actOnDue();
    this.tellRates();
  }

  async run(until: number): Promise<{ steps: number; held?: Held }> {
    if (this.trainer.held) throw refused('held');
    if (this.flags.has('isGoing')) throw new Error('the run goes already.');
    const { trainer } = this;
    this.flags.delete('isPaused');
    this.flags.add('isGoing');
    let failure: InputError | undefined;
    try {
      while (
        !this.flags.has('isPaused') &&
        !trainer.held &&
        trainer.steps < Math.min(until, trainer.plan.steps)
      ) {
        await tick();
        if (this.flags.has('isDisposed')) throw refused('aborted');
        for (const admit of this.requests.splice(0)) admit();
        const hasActed = this.actOnDue();
        if (failure && !hasActed) throw failure;
        failure = undefined;
        if (this.flags.has('isPaused')) break;
        this.before = undefined;
        const made = trainer.step();
        this.tellRow(trainer.steps - 1, made);
        this.unsaid.held = trainer.held;
        if (trainer.steps % this.checkpointEvery === 0) this.unsaid.checkpoint = this.state();
        if (trainer.steps % stepsPerReport === 0) this.flush();
        for (const { resolve } of this.hopes.splice(0)) resolve(this.reportOf(trainer.steps - 1, made));
        failure = made.failure;
        if (failure && !this.planned.some(({ step }) => step === trainer.steps)) throw failure;
      }
      if (!trainer.held) this.unsaid.checkpoint = this.state();
    } finally {
      this.flags.delete('isGoing');
      this.flags.add('isPaused');
      for (const admit of this.requests.splice(0)) admit();
      const { over } = this;
      if (over) for (const { reject } of this.hopes.splice(0)) reject(over);
      this.flush();
    }
    return { steps: trainer.steps, held: trainer.held };
  }

  pause(): void {
    this.flags.add('isPaused');
  }

  intervene(change: Change, at: At): Promise<Intervention> {
    return this.betweenSteps(() => {
      const intervention = this.placed(change, at);
      if (intervention.step === this.trainer.steps) this.act(intervention);
      else this.planned.push(intervention);
      this.tellRates();
      this.flush();
      return intervention;
    });
  }

  foresee(change: Change, at: At): Promise<RunGhost> {
    return this.betweenSteps(() => this.trainer.foresee(this.placed(change, at), this.planned));
  }

  plan(planned: readonly Intervention[]): Promise<undefined> {
    return this.betweenSteps(() => {
      if (this.trainer.held) throw refused('held');
      const countAt = (list: readonly Intervention[], at: number) =>
        list.filter(({ step }) => step === at).length;
      for (const { step } of planned) {
        stepOf(step, this.trainer.steps, this.trainer.plan);
        if (countAt(planned, step) > Math.max(1, countAt(this.planned, step))) throw refused('step-taken');
      }
      this.planned = [...planned];
      this.tellRates();
      this.flush();
      return undefined;
    });
  }

  checkpoint(): Promise<Checkpoint> {
    return this.betweenSteps(() => {
      if (this.trainer.held) throw refused('held');
      const state = this.state();
      this.flush();
      return state;
    });
  }

  report(): Promise<StepReport> {
    return new Promise((resolve, reject) => {
      if (this.over) reject(this.over);
      else this.hopes.push({ resolve, reject });
    });
  }

  dispose(): void {
    this.flags.add('isDisposed');
    this.flags.add('isPaused');
    for (const { reject } of this.hopes.splice(0)) reject(refused('aborted'));
  }

  /** Reports what has happened since the last report. */
  flush(): void {
    const { unsaid, rows } = this;
    this.unsaid = noNews();
    this.rows = undefined;
    if (!this.flags.has('isDisposed'))
      void this.listener.report(structuredClone({ ...unsaid, rows, lr: this.trainer.lr }));
  }

  private state(): Checkpoint {
    return this.before?.step === this.trainer.steps ? this.before : this.trainer.checkpoint();
  }

  private placed(change: Change, at: At): Intervention {
    const { trainer } = this;
    if (trainer.held) throw refused('held');
    const step = stepOf(at, trainer.steps, trainer.plan);
    const isTaken = this.planned.some((other) => other.step === step);
    if (isTaken || (change.kind === 'swap' && this.lastSwap === step)) throw refused('step-taken');
    trainer.check(change);
    return { ...change, step };
  }

  private act(intervention: Intervention): void {
    if (this.before?.step !== this.trainer.steps) this.before = this.trainer.checkpoint();
    this.trainer.apply(intervention);
    if (intervention.kind === 'swap') this.lastSwap = intervention.step;
    this.unsaid.interventions.push(intervention);
  }

  /** Why no further update will be made, if none will. */
  private get over(): InputError | undefined {
    if (this.trainer.held) return refused('held');
    return this.trainer.steps >= this.trainer.plan.steps ? refused('run-finished') : undefined;
  }

  private reportOf(step: number, { loss, lr }: Step): StepReport {
    return {
      step,
      loss,
      lr,
      momentum: lr.map(() => 0.9),
      weights: [],
      stepsPerSecond: 0,
      submits: 0,
      javascriptMs: 0,
      execution: { captured: false, reason: 'fake' },
      memory: { tensors: 0, bytes: 0, gpuBytes: 0 },
    };
  }

  /** Says whether anything has acted. */
  private actOnDue(): boolean {
    const due = this.planned.filter(({ step }) => step === this.trainer.steps);
    if (due.length === 0) return false;
    this.planned = this.planned.filter((each) => !due.includes(each));
    let hasActed = false;
    for (const each of due) {
      try {
        this.act(each);
        hasActed = true;
      } catch (error) {
        this.unsaid.problems.push(toProblem(error));
      }
    }
    this.tellRates();
    return hasActed;
  }

  private tellRow(step: number, { loss, lr, evaluation }: Step): void {
    const { first, loss: before, lr: rates } = this.rows ?? { first: step, loss: [], lr: lr.map(() => []) };
    this.rows = {
      first,
      loss: Float32Array.from([...before, loss]),
      lr: lr.map((rate, group) => Float64Array.from([...rates[group], rate])),
    };
    if (evaluation) this.unsaid.evaluations.push(evaluation);
  }

  private tellRates(): void {
    const { entries } = this.trainer;
    this.unsaid.rates = { entries, ghost: this.trainer.ghost(this.planned), planned: [...this.planned] };
  }

  private betweenSteps<Value>(work: () => Value): Promise<Value> {
    if (!this.flags.has('isGoing')) return Promise.resolve().then(work);
    return new Promise<void>((resolve) => this.requests.push(resolve)).then(work);
  }
}

const noNews = (): Report => ({ lr: [], evaluations: [], interventions: [], problems: [] });

/** All the workers that a lab starts, one after the other, and what can befall them. */
export class FakeWorkers {
  /** How many have been started. */
  started = 0;
  /** Whether the next preparations find no adapter. */
  hasNoAdapter = false;
  /** Whether workers answer nothing any more, from now on. */
  isSilent = false;
  /** What the present worker has been told of speed. */
  speedLimit?: number;
  /** The configs of the sessions that were ever prepared, with their starts. */
  readonly starts: Start[] = [];
  private sessions = new Map<string, FakeSession>();
  private inFlight = 0;
  private fail?: (message: string) => void;
  private isLost = false;

  /** What a Lab is given to start its workers with. */
  readonly open: OpenWorker = (handleFailure) => this.start(handleFailure);

  /** The runs that the present worker holds. */
  get held(): string[] {
    return [...this.sessions.keys()];
  }

  /** Whether no worker owes an answer. */
  get isQuiet(): boolean {
    return this.inFlight === 0;
  }

  /** The present worker dies. */
  kill(): void {
    this.fail?.('killed');
  }

  /** The present worker's device is lost: every call fails from now on. */
  loseDevice(): void {
    this.isLost = true;
    for (const session of this.sessions.values()) session.dispose();
    this.sessions.clear();
  }

  private checkDevice(): void {
    if (this.isLost) throw refused('device-lost');
  }

  private start(handleFailure: (message: string) => void): WorkerLine {
    const sessions = new Map<string, FakeSession>();
    const released = new Set<string>();
    this.sessions = sessions;
    this.started += 1;
    let hasMnist = false;
    this.speedLimit = undefined;
    this.isLost = false;
    this.fail = handleFailure;
    const end = new AbortController();
    const isEnded = () => end.signal.aborted;
    const answer = async <Value>(work: () => Value | Promise<Value>): Promise<Result<Value>> => {
      this.inFlight += 1;
      try {
        return await answerNow(work);
      } finally {
        this.inFlight -= 1;
      }
    };
    const answerNow = async <Value>(work: () => Value | Promise<Value>): Promise<Result<Value>> => {
      await tick();
      if (isEnded() || this.isSilent) return new Promise(() => undefined);
      let result: Result<Value>;
      try {
        this.checkDevice();
        result = structuredClone({ ok: true, value: await work() });
        this.checkDevice();
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        result = { ok: false, problem: toProblem(error) };
      }
      // A worker that has ended answers nothing.
      return isEnded() ? new Promise(() => undefined) : result;
    };
    const on = <Value>(run: string, work: (session: FakeSession) => Value | Promise<Value>) =>
      answer(() => {
        const session = sessions.get(run);
        if (!session) throw refused('no-run');
        return work(session);
      });
    const calls: WorkerCalls = {
      prepare: (run, config, begin, listener, load) => {
        const copy = structuredClone({ config, begin });
        return answer(async (): Promise<Ready> => {
          await tick();
          this.checkDevice();
          if (isEnded() || released.has(run)) throw refused('aborted');
          if (this.hasNoAdapter && begin.backend) throw refused('no-adapter');
          if (copy.config.dataset === 'mnist' && !hasMnist) throw refused('mnist-absent');
          if (sessions.has(run)) throw new Error(`run ${run} is prepared twice.`);
          this.starts.push(copy.begin);
          const session = new FakeSession(copy.config, copy.begin, {
            report: (report) => {
              if (!isEnded() && !this.isLost && !this.isSilent) return listener.report(report);
            },
          });
          sessions.set(run, session);
          const backend = { name: 'webgpu' as const, adapter: 'fake', software: false, refused: [] };
          load.backend?.(backend);
          session.flush();
          return { backend, modelName: 'tiny', fallbackModel: false, plan: session.trainer.plan };
        });
      },
      run: (run, until) => on(run, (session) => session.run(until)),
      pause: async (run) => {
        await tick();
        sessions.get(run)?.pause();
      },
      intervene: (run, change, at) => on(run, (session) => session.intervene(structuredClone(change), at)),
      plan: (run, planned) => on(run, (session) => session.plan(structuredClone(planned))),
      foresee: (run, change, at) => on(run, (session) => session.foresee(structuredClone(change), at)),
      checkpoint: (run) => on(run, (session) => session.checkpoint()),
      rangeTest: (run) =>
        on(run, () => ({
          lr: Float64Array.of(0.1),
          loss: Float32Array.of(1),
          smoothed: Float32Array.of(1),
          diverged: false,
          blowUp: undefined,
          suggestions: { steepest: 0.1, tenthOfBlowUp: undefined },
        })),
      report: (run) => on(run, (session) => session.report()),
      weights: (run) => on(run, (session) => ({ weight: { shape: [1], values: [session.trainer.steps] } })),
      artifacts: (run) => on(run, (session) => ({ modelTopology: { steps: session.trainer.steps } })),
      limitSpeed: async (stepsPerSecond) => {
        await tick();
        if (!isEnded()) this.speedLimit = stepsPerSecond;
      },
      release: (run) =>
        answer((): undefined => {
          released.add(run);
          sessions.get(run)?.dispose();
          sessions.delete(run);
        }),
      fetchMnist: () => answer(() => undefined),
      readMnist: () =>
        answer((): undefined => {
          hasMnist = true;
        }),
      hasMnist: () => answer(() => hasMnist),
      abort: async () => tick(),
      ping: () => (this.isSilent ? new Promise(() => undefined) : tick()),
      memory: async () => {
        await tick();
        return { tensors: sessions.size, bytes: 0, gpuBytes: 0 };
      },
      close: async () => {
        await tick();
        for (const session of sessions.values()) session.dispose();
        sessions.clear();
        return { tensors: sessions.size, bytes: 0, gpuBytes: 0 };
      },
    };
    return {
      calls,
      end() {
        end.abort();
        for (const session of sessions.values()) session.dispose();
        sessions.clear();
      },
    };
  }
}
