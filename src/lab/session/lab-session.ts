/** Converts the runs of a lab to a session and back. */
import { modelNames } from '../../models/names.js';
import type { Checkpoint } from '../../training/index.js';
import { usualWork, WorkBudget } from '../../policy/index.js';
import { withoutCounterfactual } from '../../timeline/index.js';
import { History } from '../run/history.js';
import type { Past } from '../run/run.js';
import { type Run, RunRecord } from '../run/run.js';
import type { Session, SessionRun } from './session-file.js';

/** The runs as they are now, each with its latest checkpoint. */
export function sessionOf(runs: readonly Run[]): Session {
  return { runs: runs.map(recordOf) };
}

function recordOf(run: Run): SessionRun {
  const { id, parent, history, origin, checkpoints } = run;
  const name = run.name.peek();
  const checkpoint = checkpoints.all.at(-1);
  const held = run.held.peek();
  return {
    id,
    ...(name !== id && { name }),
    ...(parent && { parent }),
    config: settledConfig(run),
    interventions: run.interventions.peek().map(withoutCounterfactual),
    planned: run.planned.peek(),
    ...(history.length > 0 && { history }),
    ...(checkpoint && { checkpoint }),
    ...(origin && { backend: origin.backend }),
    ...(held && { held }),
  };
}

/** The config with the network that was trained: another machine might choose a different one. */
function settledConfig({ config, origin }: Run): Run['config'] {
  const model = config.model ?? modelNames.find((name) => name === origin?.modelName);
  return model === undefined ? config : { ...config, model };
}

/** What is known of a session's runs that a file does not hold. */
interface Circumstances {
  /** Whether this browser made the session: its past is then repeated on the same adapter only. */
  readonly isFromHere?: boolean;
  /** All kept checkpoints, by the run's id; a file holds only the latest. */
  readonly checkpoints?: ReadonlyMap<string, readonly Checkpoint[]>;
}

/**
 * The runs of a session. A run without a history is made again from step 0, and all of its interventions are planned.
 *
 * @throws InputError for a policy that no scheduler accepts
 */
export function runsFrom({ runs }: Session, { isFromHere, checkpoints }: Circumstances = {}): RunRecord[] {
  // What one run leaves the others may spend: all are played on the page's thread.
  let left = usualWork;
  return runs.map((record, index) => {
    const share = left / (runs.length - index);
    const budget = new WorkBudget(share);
    const { id, name, parent, config, interventions, planned, history, checkpoint, backend, held } = record;
    const past: Past = history
      ? {
          history: History.from(history),
          log: interventions,
          planned,
          held,
          checkpoints: checkpoints?.get(id) ?? (checkpoint ? [checkpoint] : []),
          origin: backend && { backend: isFromHere ? backend : { name: backend.name } },
        }
      : { history: new History(), log: [], planned: [...interventions, ...planned], checkpoints: [] };
    const run = new RunRecord(id, config, { name, parent, past, budget });
    left -= share - budget.left;
    return run;
  });
}
