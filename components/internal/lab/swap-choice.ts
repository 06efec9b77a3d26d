/** When a change of the schedule acts, from which rate it continues, and whether the old schedule stays as well. */
import type { At, Handoff, Run } from '../../../src/lab/index.js';
import { stepFrom } from '../kit/number-text.js';

/** What a reader has chosen about the next change. */
export interface SwapChoice {
  readonly when: 'now' | 'epoch' | 'step';
  /** The step as it is typed. */
  readonly stepText: string;
  readonly handoff: Handoff;
  /** Whether the run keeps its schedule, and a new run carries the change. */
  readonly keepsOld: boolean;
}

/** A change now, from the present rate. */
export const usualChoice: SwapChoice = { when: 'now', stepText: '', handoff: 'continue', keepsOld: false };

/** The step at which the change acts; undefined for one that is not ahead. */
export function stepOfChoice(run: Run, { when, stepText }: SwapChoice): number | undefined {
  const { steps, stepsPerEpoch } = run.plan.peek();
  const now = run.history.length;
  const step =
    when === 'now'
      ? now
      : when === 'epoch'
        ? Math.ceil(now / stepsPerEpoch) * stepsPerEpoch
        : stepFrom(stepText, now, steps - 1);
  return step !== undefined && step < steps ? step : undefined;
}

/** The same in the Lab's words. */
export function atOfChoice({ when, stepText }: SwapChoice): At {
  return when === 'step' ? Number(stepText) : when;
}
