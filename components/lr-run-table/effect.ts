/** What the last change of a run has done, in one sentence with numbers. */
import type { Intervention, Run } from '../../src/lab/index.js';
import type { Terms } from '../locales/terms.js';
import { formatLoss } from '../internal/kit/format.js';
import { changeWords } from '../internal/lab/change-words.js';
import { distinctTitle, nameInSentence } from '../internal/lab/run-title.js';
import { meanLoss, meanOver } from '../internal/lab/mean-loss.js';

/** The sentence in its two parts. */
export interface Effect {
  /** Which change, and how many steps ago. */
  readonly since: string;
  readonly numbers: string;
}

/** How many steps a run may be behind that is compared: runs that train side by side report in turns. */
const mostBehind = 50;

/** The run to compare with: the parent, or a fork that did not make the change. It has come as far, and has not diverged. */
function otherOf(run: Run, change: Intervention | undefined, runs: readonly Run[]): Run | undefined {
  const made = (other: Run) => other.interventions.value.some(({ id }) => id === change?.id);
  const parent = runs.find(({ id }) => id === run.parent?.run);
  const candidates = [parent, ...runs.filter(({ parent }) => parent?.run === run.id)];
  const least = Math.max(change?.step ?? 0, run.history.length - mostBehind - 1);
  return candidates.find(
    (other) =>
      other !== undefined &&
      other.history.length > least &&
      other.held.value === undefined &&
      (!change || !made(other)),
  );
}

/** A loss in three digits: more would change with every batch. */
const short = (loss: number | undefined): string =>
  loss !== undefined && Number.isFinite(loss) && loss >= 0.01
    ? loss.toPrecision(loss < 0.1 ? 2 : 3)
    : formatLoss(loss);

/** The effect of a run's last change, or how a run of a race does; `undefined` where there is nothing to say. */
export function effectOf(
  run: Run,
  runs: readonly Run[],
  terms: Terms,
  number: (value: number) => string,
): Effect | undefined {
  const words = terms.runs;
  const change = run.interventions.value.at(-1);
  const { loss, length } = run.history;
  const start = change?.step ?? 0;
  const other = otherOf(run, change, runs);
  // The last step that this run and the other have made: the steps of a third one say nothing of these.
  const reached = other ? Math.min(length, other.history.length) : length;
  const steps = reached - start;
  if (steps < 1 || (change === undefined && other === undefined)) return undefined;
  const name = nameInSentence(run.name.value);
  const since =
    change === undefined
      ? words.sinceStart(name, distinctTitle(run, runs, terms), number(steps))
      : words.since[change.kind](name, changeWords(run, change, terms), number(steps));
  const now = short(meanLoss(loss, reached, Math.min(meanOver, steps)));
  const before = start === 0 ? undefined : short(meanLoss(loss, start));
  let numbers = before === undefined ? words.lossNow(now) : words.lossChange(before, now);
  if (other === undefined) return { since, numbers: `${numbers}${terms.runs.end}` };
  const theirs = short(meanLoss(other.history.loss, reached));
  // The old schedule continues where the other run has made no change of its own since.
  const isStill = change !== undefined && other.interventions.value.every(({ step }) => step <= start);
  const say = isStill ? words.otherStill : words.otherOn;
  numbers += say(nameInSentence(other.name.value), distinctTitle(other, runs, terms), theirs);
  return { since, numbers };
}
