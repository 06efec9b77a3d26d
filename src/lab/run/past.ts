/**
 * The past of a run up to a step, and how a worker reaches that step again: from a checkpoint or from step 0, training
 * without reports. A fork, a run after a reload and a run after a loss all begin this way.
 */
import type { Intervention } from '../../timeline/index.js';
import type { Start } from '../../worker/index.js';
import { withoutCounterfactual } from '../../timeline/index.js';
import type { Past, Run } from './run.js';

/**
 * What a fork at a step shares with its parent: everything before that step, and what acted at it, so that the fork's
 * first own update is the parent's unless the fork makes a change. It shares no planned changes.
 *
 * @param leavesOut selects interventions at that step that do not act on the fork
 */
export function pastUntil(
  run: Run,
  step: number,
  leavesOut: (intervention: Intervention) => boolean = () => false,
): Past {
  const log = run.interventions.peek();
  return {
    history: run.history.fork(step),
    log: log.filter((intervention) => intervention.step < step),
    planned: log
      .filter((intervention) => intervention.step === step && !leavesOut(intervention))
      .map(withoutCounterfactual),
    plan: run.plan.peek(),
    checkpoints: run.checkpoints.all.filter((checkpoint) => checkpoint.step <= step),
    origin: run.origin,
  };
}

/** Where a worker begins, so that a run continues after the last step that the page knows. */
export function startOf(run: Run): Start {
  const { length } = run.history;
  const log = run.interventions.peek();
  const step = isScoreMissing(run) ? length - 1 : length;
  return {
    log: log.filter((intervention) => intervention.step < step),
    // What acted at this step acts again, and is reported again under its id.
    planned: [...log.filter((intervention) => intervention.step >= step), ...run.planned.peek()],
    checkpoint: run.checkpoints.before(step),
    replayTo: step,
    // Without a past the backend is free.
    backend: length > 0 ? run.origin?.backend : undefined,
  };
}

/**
 * Whether the last known row ends an epoch whose score has not arrived: that update is repeated, because the score
 * follows it.
 */
function isScoreMissing({ history: { length, evaluations }, plan, config }: Run): boolean {
  const { stepsPerEpoch } = plan.peek();
  const { checkValEveryNEpoch = 1 } = config;
  const isDue = length > 0 && length % (stepsPerEpoch * checkValEveryNEpoch) === 0;
  return isDue && evaluations.at(-1)?.step !== length;
}
