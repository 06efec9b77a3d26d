/**
 * The schedulers of a run, played again in the page: what they did is known from the run's rows, so that it can be told
 * exactly what another policy would do from here, without asking the worker and without touching the run.
 */
import { InputError, type Problem, toProblem } from '../../src/errors.js';
import type { CompleteConfig, Handoff, Intervention, Run, RunGhost } from '../../src/lab/index.js';
import {
  buildPolicy,
  copyGroups,
  type LivePolicy,
  type Policy,
  readsMetric,
} from '../../src/policy/index.js';

/** A change that a reader thinks of making. */
export type Supposition =
  { kind: 'swap'; policy: Policy; handoff: Handoff } | { kind: 'chain'; policy: Policy };

/** What would happen, or why it cannot. */
export type Prospect = { ghost: RunGhost; problem?: undefined } | { ghost?: undefined; problem: Problem };

/** The longest run that is looked ahead in; the curve of a longer one would make typing slow. */
const longestRun = 300_000;

type Groups = Parameters<typeof buildPolicy>[1]['paramGroups'];

interface Rates {
  readonly optimizer: { paramGroups: Groups };
  live: LivePolicy;
}

/** Follows one run. */
export class RateMirror {
  private readonly run: Run;
  private readonly configured: Groups;
  private rates: Rates;
  private step = 0;
  private acted = 0;

  /** @throws InputError `policy-refused` as the run itself would be */
  constructor(run: Run) {
    this.run = run;
    this.configured = configuredGroups(run);
    const optimizer = { paramGroups: copyGroups(this.configured) };
    this.rates = { optimizer, live: buildPolicy(run.config.policy, optimizer) };
  }

  /** Whether the run has the param groups that it was taken to have when this was made. */
  get isOfItsGroups(): boolean {
    return configuredGroups(this.run).length === this.configured.length;
  }

  /**
   * The rates from `at` on if a change were made there, planned interventions included and every metric improving all
   * the time; undefined for a run that is too long to look ahead in.
   */
  prospect(change: Supposition, at: number): Prospect | undefined {
    const { steps } = this.run.plan.peek();
    if (steps > longestRun) return undefined;
    try {
      this.catchUp();
      const rates = this.fork();
      const ahead = [...this.run.planned.peek(), { ...change, step: at }].sort(
        (one, other) => one.step - other.step,
      );
      return { ghost: this.play(rates, ahead, at) };
    } catch (error) {
      if (error instanceof InputError) return { problem: toProblem(error) };
      throw error;
    }
  }

  /** Takes in the rows that have come since. */
  private catchUp(): void {
    const { history, interventions, plan } = this.run;
    const { stepsPerEpoch } = plan.peek();
    const { optimizer } = this.rates;
    const log = interventions.peek();
    for (; ; this.step += 1) {
      while (this.acted < log.length && log[this.acted].step <= this.step) {
        this.change(this.rates, log[this.acted]);
        this.acted += 1;
      }
      const { step } = this;
      if (step >= history.length) return;
      const { live } = this.rates;
      const batch = step % stepsPerEpoch;
      const epoch = Math.floor(step / stepsPerEpoch);
      const isLast = batch === stepsPerEpoch - 1;
      const score = isLast
        ? history.evaluations.find((evaluation) => evaluation.step === step + 1)
        : undefined;
      // Its validation comes after the row of an epoch's last step.
      if (isLast && score === undefined && watchesValidation(live, epoch)) return;
      for (const [group, rates] of history.lr.entries()) optimizer.paramGroups[group].lr = rates[step];
      live.recordLoss(history.loss[step]);
      live.afterStep({ batch });
      if (isLast) live.afterEpoch({ epoch, metrics: { valLoss: score?.loss, valAccuracy: score?.accuracy } });
    }
  }

  private fork(): Rates {
    const optimizer = { paramGroups: copyGroups(this.rates.optimizer.paramGroups) };
    return { optimizer, live: this.rates.live.fork(optimizer) };
  }

  private play(rates: Rates, ahead: readonly Intervention[], from: number): RunGhost {
    const { steps, stepsPerEpoch } = this.run.plan.peek();
    const groups = rates.optimizer.paramGroups;
    const rows = groups.map(() => new Float64Array(Math.max(0, steps - from)).fill(NaN));
    let isGuess = false;
    let next = 0;
    for (let { step } = this; step < steps; step += 1) {
      for (; next < ahead.length && ahead[next].step <= step; next += 1) {
        this.change(rates, ahead[next]);
        isGuess ||= rates.live.entries.some(({ entry }) => readsMetric(entry.scheduler));
      }
      if (step >= from) for (const [group, row] of rows.entries()) row[step - from] = groups[group].lr;
      const batch = step % stepsPerEpoch;
      const metrics = { valLoss: -step, valAccuracy: step };
      try {
        rates.live.recordLoss(-step);
        rates.live.afterStep({ batch });
        if (batch === stepsPerEpoch - 1)
          rates.live.afterEpoch({ epoch: Math.floor(step / stepsPerEpoch), metrics });
      } catch (error) {
        // Where a schedule gives out, so does its curve.
        if (error instanceof InputError && step >= from) break;
        throw error;
      }
    }
    return { from, lr: rows, isGuess };
  }

  private change(rates: Rates, change: Intervention | Supposition): void {
    const { paramGroups } = rates.optimizer;
    switch (change.kind) {
      case 'swap':
        if (change.handoff !== 'torch') this.handOver(paramGroups, change.handoff);
        rates.live = buildPolicy(change.policy, rates.optimizer);
        break;
      case 'chain':
        rates.live.add(change.policy);
        break;
      case 'unchain':
        rates.live.remove(change.index);
        break;
      case 'adjust':
        rates.live.adjust(change.policy);
        break;
      case 'setLr':
        for (const group of paramGroups) group.lr = change.lr;
    }
  }

  /** As `src/training/rate-control.ts` hands the groups over. */
  private handOver(groups: Groups, handoff: Handoff): void {
    for (const [index, group] of groups.entries()) {
      const { lr, momentum, betas } = this.configured[index];
      delete group.initialLr;
      if (momentum !== undefined) group.momentum = momentum;
      if (betas !== undefined) group.betas = [...betas];
      if (handoff === 'restart') group.lr = lr;
    }
  }
}

function watchesValidation(live: LivePolicy, epoch: number): boolean {
  const awaited = live.awaits('epoch', epoch);
  return awaited.has('valLoss') || awaited.has('valAccuracy');
}

/** The param groups of a run as they were configured: those that name layers, then one for the other weights. */
function configuredGroups({ config, history }: Run): Groups {
  const { optimizer } = config;
  const named = optimizer.groups ?? [];
  const base = { lr: optimizer.lr, ...momentumOf(optimizer) };
  const all = [...named.map((group) => ({ ...base, ...numbersOf(group) })), base];
  const { length } = history.lr;
  return length > 0 ? all.slice(0, length) : all;
}

type Optimizer = CompleteConfig['optimizer'];

/** What can be cycled: SGD's and RMSprop's momentum, Adam's betas. */
export function momentumOf(optimizer: Optimizer): { momentum?: number; betas?: [number, number] } {
  switch (optimizer.type) {
    case 'SGD':
    case 'RMSprop':
      return { momentum: optimizer.momentum ?? 0 };
    case 'Adam':
    case 'AdamW':
      return { betas: optimizer.betas ?? [0.9, 0.999] };
    case 'Adagrad':
      return {};
  }
}

function numbersOf(group: object): Partial<Groups[number]> {
  const { lr, momentum, betas } = group as Partial<Groups[number]>;
  return {
    ...(lr !== undefined && { lr }),
    ...(momentum !== undefined && { momentum }),
    ...(betas !== undefined && { betas }),
  };
}
