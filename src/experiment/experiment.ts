/**
 * Runs an experiment on a Lab, headless: all runs from one start on the same batches, step by step, until the first event
 * that ends it or their last step. What is said about it is computed from the histories alone, so that a recorded
 * experiment says the same as the one that was run.
 */
import type { CompleteConfig } from '../config/index.js';
import { badValue, refusal } from '../errors.js';
import { loadProgramWriter } from '../export/index.js';
import type { LabOptions, PlateauCounter, RangeTest, Run, SessionFile } from '../lab/index.js';
import { expectedGroups, Lab, pack, whyRate } from '../lab/index.js';
import type { Finding, RunHistory, Stop } from './check.js';
import { checkHistories, endOf, stopOf } from './check.js';
import type { Policy } from '../policy/index.js';
import { readsMetric } from '../policy/index.js';
import type { ExperimentRun, ExperimentSpec } from './parse-experiment.js';
import { adjustedValue } from './parse-experiment.js';

/** The rates that a range test tried and what it suggests. */
export interface Suggested {
  readonly lr: ArrayLike<number>;
  readonly loss: ArrayLike<number>;
  readonly steepest: number;
  readonly tenthOfDivergence: number;
}

/** How the session of an experiment is made. */
interface SessionOptions {
  readonly seed?: number;
  readonly suggested?: Suggested;
  readonly names?: Readonly<Record<string, string>>;
}

/** What an experiment showed. */
export interface Outcome {
  readonly seed: number;
  /** Whether everything that the experiment claims was seen. */
  readonly holds: boolean;
  readonly says: readonly Finding[];
  readonly runs: readonly RunHistory[];
  readonly stop: Stop;
  /** The right choice of the guess, if the experiment has one and a choice is right. */
  readonly answer?: string;
  readonly suggested?: Suggested;
}

/** How an experiment is run. */
export interface ExperimentOptions {
  /** Decides the weights, the digits and the batches; that of the set-up by default. */
  seed?: number;
  signal?: AbortSignal;
  /** Called with the histories so far, after every few steps. */
  onProgress?: (runs: readonly RunHistory[], steps: number, suggested: Suggested | undefined) => void;
  /** Another Lab than one of its own, in tests. */
  lab?: LabOptions;
}

/** More epochs than an experiment has. */
const neverInTime = 1_000_000;

/** Steps between two looks for an event. */
const stride = 10;

/** A guided experiment; see `parseExperiment` for its data. */
export class Experiment {
  readonly spec: ExperimentSpec;

  constructor(spec: ExperimentSpec) {
    this.spec = spec;
  }

  /** The most steps that a run of it makes. */
  get steps(): number {
    return Math.max(...this.spec.runs.map(({ config }) => stepsOf(config)));
  }

  /** The value of the parameter that a reader may change, if there is one. */
  get adjustable(): number | undefined {
    return adjustedValue(this.spec);
  }

  /** This experiment with another value of the parameter that a reader may change; what it claims stays the same. */
  adjusted(value: number): Experiment {
    const { adjust } = this.spec;
    if (!adjust) throw badValue('value', String(value), 'undefined: nothing can be adjusted');
    const policyOf = (policy: Policy): Policy =>
      policy.map((entry) =>
        Object.hasOwn(entry.scheduler, adjust.parameter)
          ? { ...entry, scheduler: { ...entry.scheduler, [adjust.parameter]: value } }
          : entry,
      );
    const runs = this.spec.runs.map((run) =>
      run.name === adjust.run
        ? { ...run, config: { ...run.config, policy: policyOf(run.config.policy) } }
        : run,
    );
    return new Experiment({ ...this.spec, runs });
  }

  /** The counters of a run that waits for a plateau, after so many of its steps; empty for any other run. */
  plateausOf({ name, loss }: RunHistory): readonly PlateauCounter[] {
    const { config, changes } = this.spec.runs.find((run) => run.name === name)!;
    const { policy, optimizer, stepsPerEpoch = 1 } = config;
    // Losses alone are known here; a validation metric is not.
    if (!policy.some(({ scheduler, monitor }) => readsMetric(scheduler) && monitor === 'trainLoss'))
      return [];
    const groups = expectedGroups(optimizer);
    const past = { policy, groups, stepsPerEpoch, log: changes, loss, evaluations: [] };
    return whyRate(past, loss.length)?.plateaus ?? [];
  }

  /** The seed of its set-up. */
  get seed(): number {
    return this.spec.runs[0].config.seed;
  }

  /**
   * Trains all runs until the experiment ends, and checks their histories.
   *
   * @throws InputError when a run cannot be trained, `no-suggestion` when a range test suggests no rate, `aborted`
   */
  async run({
    seed = this.seed,
    signal,
    onProgress,
    lab: options,
  }: ExperimentOptions = {}): Promise<Outcome> {
    const { rangeTest } = this.spec;
    const suggested = rangeTest && (await this.findRates(seed, options, signal));
    const lab = Lab.fromJSON(this.sessionOf({ seed, suggested }, this.unvalidated), options);
    try {
      const trained = await this.train(lab, signal, (runs, steps) => onProgress?.(runs, steps, suggested));
      return this.outcomeOf(trained, { seed, suggested });
    } finally {
      await lab.dispose();
    }
  }

  /** What the histories of all its runs show, up to the event that ends the experiment. */
  outcomeOf(
    runs: readonly RunHistory[],
    { seed = this.seed, suggested }: { seed?: number; suggested?: Suggested } = {},
  ): Outcome {
    const stop = endOf(this.spec.stop, runs);
    const cut = runs.map((run) => upTo(run, stop.steps));
    const says = checkHistories(this.spec.check, cut);
    const answer = this.spec.guess?.choices.find(({ when }) =>
      checkHistories(when, cut).every(({ holds }) => holds),
    )?.name;
    return {
      seed,
      holds: says.every(({ holds }) => holds),
      says,
      runs: cut,
      stop,
      ...(answer !== undefined && { answer }),
      ...(suggested && { suggested }),
    };
  }

  /**
   * A session with its runs at step 0 and their changes planned, which a lab can open.
   *
   * @param suggested the rates of its range test; without them such runs have the rate of the set-up
   * @param names other names for its runs, by their own
   */
  session(options: SessionOptions = {}): SessionFile {
    return this.sessionOf(options);
  }

  /** Each run as a PyTorch program. @throws InputError as `pytorchProgram` does */
  async programs(suggested?: Suggested): Promise<{ name: string; code: string }[]> {
    const pytorchProgram = await loadProgramWriter();
    return this.spec.runs.map((run) => {
      const config = configOf(run, suggested);
      const { epochs, stepsPerEpoch = 1, model } = config;
      const plan = { epochs, stepsPerEpoch, steps: stepsOf(config) };
      const code = pytorchProgram({
        config,
        model: typeof model === 'string' ? model : 'tiny',
        plan,
        interventions: run.changes,
      });
      return { name: run.name, code };
    });
  }

  /** Nothing is shown of a validation, so none is made unless a scheduler reads one. */
  private get unvalidated(): Partial<CompleteConfig> {
    const policies = this.spec.runs.flatMap(({ config, changes }) => [
      config.policy,
      ...changes.flatMap((change) => ('policy' in change ? [change.policy] : [])),
    ]);
    const reads = policies.flat().some(({ monitor }) => monitor === 'valLoss' || monitor === 'valAccuracy');
    return reads ? {} : { checkValEveryNEpoch: neverInTime };
  }

  /** @param changes of every config */
  private sessionOf(
    { seed = this.seed, suggested, names = {} }: SessionOptions,
    changes: Partial<CompleteConfig> = {},
  ): SessionFile {
    return {
      format: 'lr-lab session',
      version: 1,
      ...datasetsOf(this.spec.runs),
      runs: this.spec.runs.map((run, index) => ({
        id: idOf(index),
        name: Object.hasOwn(names, run.name) ? names[run.name] : run.name,
        config: {
          ...configOf(run, suggested),
          ...changes,
          seed,
          ...(typeof run.config.dataset === 'object' && { dataset: 0 }),
        },
        interventions: [],
        planned: run.changes.map((change) => ({ ...change })),
      })) as unknown as SessionFile['runs'],
    };
  }

  private async train(
    lab: Lab,
    signal: AbortSignal | undefined,
    report: (runs: readonly RunHistory[], steps: number) => void,
  ): Promise<RunHistory[]> {
    const { spec } = this;
    const runs = [...lab.runs.peek()];
    const outcomes = () => runs.map((run, index) => outcomeOf(run, spec.runs[index].name));
    for (let step = 0; ;) {
      signal?.throwIfAborted();
      const end = Math.min(this.steps, stopOf(spec.stop, outcomes())?.steps ?? Infinity);
      const isOver = runs.every((run) => run.isOver || run.held.peek() !== undefined);
      if (step >= end || isOver) return outcomes();
      const resumes = spec.runs.flatMap(({ resume }) =>
        resume !== undefined && resume > step ? [resume] : [],
      );
      const next = Math.min(end, step + stride, ...resumes);
      await lab.step(next - step, { signal });
      step = next;
      for (const [index, { resume }] of spec.runs.entries())
        if (resume === step) runs[index] = await reloaded(lab, runs[index]);
      report(outcomes(), step);
    }
  }

  private async findRates(
    seed: number,
    options: LabOptions | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Suggested> {
    const lab = Lab.fromJSON(this.sessionOf({ seed }, this.unvalidated), options);
    try {
      const test = await lab.rangeTest(lab.runs.peek()[0], this.spec.rangeTest, { signal });
      return suggestedBy(test);
    } finally {
      await lab.dispose();
    }
  }
}

function suggestedBy({ lr, loss, suggestions: { steepest, tenthOfDivergence } }: RangeTest): Suggested {
  if (steepest !== undefined && tenthOfDivergence !== undefined)
    return { lr, loss, steepest, tenthOfDivergence };
  throw refusal('no-suggestion', 'the range test suggests no rate; choose another seed or wider bounds.');
}

/** Saves a run, removes it, and loads it again: weights, optimizer, schedulers, batches. */
async function reloaded(lab: Lab, run: Run): Promise<Run> {
  const loaded = await lab.fork(run, { at: 'now', name: run.name.peek() });
  await lab.remove(run);
  return loaded;
}

/** A, B, C, … */
const idOf = (index: number): string => String.fromCharCode(65 + index);

const stepsOf = ({ epochs, stepsPerEpoch = 1 }: CompleteConfig): number => epochs * stepsPerEpoch;

function configOf({ config, suggestion }: ExperimentRun, suggested: Suggested | undefined): CompleteConfig {
  const lr = suggestion && suggested?.[suggestion];
  return lr === undefined ? config : { ...config, optimizer: { ...config.optimizer, lr } };
}

/** The data set of the page's own, if the set-up has one: all runs share it. */
function datasetsOf([{ config }]: readonly ExperimentRun[]): Pick<SessionFile, 'datasets'> {
  const { dataset } = config;
  return typeof dataset === 'object' ? { datasets: [pack(dataset)] } : {};
}

/** What a run has made so far; a copy, because the history continues. */
function outcomeOf({ history, held }: Run, name: string): RunHistory {
  const stop = held.peek();
  return {
    name,
    loss: history.loss.slice(),
    lr: history.lr.at(0)?.slice() ?? [],
    ...(stop && { diverged: stop.step }),
  };
}

/** The part of a run before a step. */
function upTo({ name, loss, lr, diverged }: RunHistory, steps: number): RunHistory {
  return {
    name,
    loss: Array.from(loss).slice(0, steps),
    lr: Array.from(lr).slice(0, steps),
    ...(diverged !== undefined && diverged < steps && { diverged }),
  };
}

/**
 * The address that opens an experiment in a lab, as its share links do; `base` is the address of the lab's page.
 *
 * @throws InputError as `shareLink` of a Lab does
 */
export async function experimentLink(
  experiment: Experiment,
  base: string,
  options: { seed?: number; suggested?: Suggested } = {},
): Promise<string> {
  const lab = Lab.fromJSON(experiment.session(options));
  try {
    return await lab.shareLink(base);
  } finally {
    await lab.dispose();
  }
}
