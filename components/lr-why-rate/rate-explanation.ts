/** Why a run uses the rate of a step, looked at while it trains: each step is played once. */
import {
  expectedGroups,
  type LiveSpan,
  policiesAlong,
  RateReplay,
  type Run,
  type WhyRate,
  WorkBudget,
} from '../../src/lab/index.js';
import { InputError } from '../../src/errors.js';

/** What is played at once, in steps of single schedulers: some milliseconds. */
const slice = 20_000;

/** Why a step uses its rates. */
export interface RateExplanation {
  readonly run: Run;
  readonly step: number;
  /** Whether the step is ahead of the run. */
  readonly isPlanned: boolean;
  /** The reasons; `unknown` where they depend on losses ahead, `far` where nothing is previewed. */
  readonly why: WhyRate | 'unknown' | 'far';
  /** The place in the live policy of each entry of that step's policy; undefined for one that is no longer in it. */
  readonly livePlaces: readonly (number | undefined)[];
  /** How often the metric of each entry is looked at. */
  readonly intervals: readonly ('epoch' | 'step')[];
}

/** Explains the rates of one run. */
export class RateExplainer {
  readonly run: Run;
  private readonly config: Run['config'];
  private readonly groups: ReturnType<typeof expectedGroups>;
  private readonly replay = new RateReplay();
  private ahead: { readonly from: number; readonly replay: RateReplay } | undefined;

  constructor(run: Run) {
    this.run = run;
    this.config = run.config;
    this.groups = expectedGroups(run.config.optimizer);
  }

  /** Whether it still knows the run: before step 0 a change edits the config. */
  knows(run: Run): boolean {
    return run === this.run && run.config === this.config;
  }

  /** Why the run uses the rates of a step; undefined if that takes longer, and then the next call continues. */
  explain(step: number): RateExplanation | undefined {
    const { run, config } = this;
    const { interventions, planned, history } = run;
    const isPlanned = step >= history.length && step > 0;
    const why = isPlanned ? this.whyAhead(step) : this.why(step);
    if (why === undefined) return undefined;
    const changes = isPlanned ? [...interventions.peek(), ...planned.peek()] : interventions.peek();
    const entries = policiesAlong(config.policy, changes).findLast((span) => span.step <= step)!.entries;
    const live = policiesAlong(config.policy, interventions.peek()).at(-1)!.entries;
    return {
      run,
      step,
      isPlanned,
      why,
      livePlaces: entries.map(({ key }) => placeOf(key, live)),
      intervals: entries.map(({ versions }) => versions[0].entry.interval),
    };
  }

  private get past() {
    const { history, interventions, plan } = this.run;
    return {
      policy: this.config.policy,
      groups: this.groups,
      stepsPerEpoch: plan.peek().stepsPerEpoch,
      log: interventions.peek(),
      loss: history.loss,
      evaluations: history.evaluations,
    };
  }

  private why(step: number): WhyRate | undefined {
    return this.replay.why(this.past, step, new WorkBudget(slice));
  }

  /** A step that is not trained yet: its reasons are known where no metric decides. */
  private whyAhead(step: number): RateExplanation['why'] | undefined {
    const { run } = this;
    const preview = run.preview.peek();
    if (run.held.peek() !== undefined || step - preview.from >= (preview.lr.at(0)?.length ?? 0)) return 'far';
    if (preview.isGuess) return 'unknown';
    const from = run.history.length;
    if (this.ahead?.from !== from) this.ahead = { from, replay: new RateReplay() };
    const loss = new Float32Array(step);
    loss.set(run.history.loss);
    const log = [...run.interventions.peek(), ...run.planned.peek()];
    try {
      return this.ahead.replay.why({ ...this.past, log, loss }, step, new WorkBudget(slice));
    } catch (error) {
      // A planned change that will be refused.
      if (error instanceof InputError) return 'unknown';
      throw error;
    }
  }
}

function placeOf(key: number, live: readonly LiveSpan[]): number | undefined {
  const place = live.findIndex((span) => span.key === key);
  return place < 0 ? undefined : place;
}
