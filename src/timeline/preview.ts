/**
 * The learning rates to come, played ahead on copies: with all that is planned, and with a change that somebody only
 * thinks of. Metrics are not known, so a training that always improves is supposed.
 */
import { InputError } from '../errors.js';
import type { LivePolicy } from '../policy/index.js';
import { neverPlateau, previewLive, readsMetric } from '../policy/index.js';
import type { Steering } from './rate-driver.js';
import { makeChange } from './rate-driver.js';
import type { Change, Intervention } from './intervention.js';
import type { Plan } from './plan.js';

/** The rates to come: `lr[group][i]` is that of update `from + i`. */
export interface Ghost {
  readonly from: number;
  readonly lr: readonly Float64Array[];
}

/** The future rates, and whether they are a guess: a plateau's answer to losses to come is not known. */
export interface RunGhost extends Ghost {
  readonly isGuess: boolean;
}

/** Where a run is, and what is done to it from there on. */
export interface Outlook {
  readonly plan: Plan;
  /** The step that comes next. */
  readonly now: number;
  readonly planned: readonly Intervention[];
}

/**
 * Steps that are foreseen at most: rates are played ahead between two steps of a run, and a link may ask for a run of any
 * length.
 */
export const longestGhost = 200_000;

/**
 * What a run's rates will be from now on. What is planned and cannot be done is left out, as the run will leave it out.
 */
export function ghostOf(steering: Steering, outlook: Outlook): RunGhost {
  return play(steering, outlook);
}

/**
 * What the rates would be from the step of a change on if it were made there; nothing happens.
 *
 * @throws InputError saying why the change cannot be made there, or why the run does not come there
 */
export function foresee(steering: Steering, change: Intervention, outlook: Outlook): RunGhost {
  return play(steering, outlook, change);
}

function play(
  { optimizer, live, configured }: Steering,
  { plan, now, planned }: Outlook,
  asked?: Intervention,
): RunGhost {
  const from = asked?.step ?? now;
  const steps = Math.min(Math.max(0, plan.steps - now), longestGhost);
  let isGuess = from === now && isGuessed(live);
  let isMade = asked === undefined;

  const turns = [...planned, ...(asked ? [asked] : [])]
    .sort((one, other) => one.step - other.step)
    .map((intervention) => ({
      step: intervention.step,
      act: (present: LivePolicy, copy: Steering['optimizer']) => {
        try {
          const changed = makeChange(patient(intervention), { optimizer: copy, live: present, configured });
          isGuess = isGuessed(changed) || (intervention.step > from && isGuess);
          isMade ||= intervention === asked;
          return changed;
        } catch (error) {
          if (error instanceof InputError && intervention !== asked) return undefined;
          throw error;
        }
      },
    }));

  const { stepsPerEpoch } = plan;
  const { lr, failure } = previewLive(live, optimizer, { from: now, steps, stepsPerEpoch, turns });
  if (failure && !isMade) throw new InputError(failure.problem);
  // Copies, for what crosses to another thread takes the whole of its buffer along.
  return { from, lr: from === now ? lr : lr.map((rates) => rates.slice(from - now)), isGuess };
}

const isGuessed = (live: LivePolicy): boolean =>
  live.entries.some(({ entry }) => readsMetric(entry.scheduler));

/** The change with schedulers that never see a plateau. */
function patient(change: Change): Change {
  if (!('policy' in change)) return change;
  const policy = change.policy.map((entry) => ({ ...entry, scheduler: neverPlateau(entry.scheduler) }));
  return { ...change, policy };
}
