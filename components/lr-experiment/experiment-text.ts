/** What is said of an experiment in the reader's language: its findings, why it stopped, and a guess. */
import { type Experiment, type Finding, type Outcome, type RunHistory } from '../../src/experiment/index.js';
import { formatLoss, formatRate } from '../internal/kit/format.js';
import type { BuiltInTerms, FindingSentence, FindingWords } from '../locales/experiment-terms.js';
import { experimentTerms } from '../locales/experiments.js';
import type { Terms } from '../locales/terms.js';

/** The words of a language, of which English leaves those of experiments to `experimentTerms`. */
type Language = Pick<Terms, 'experiments'>;

/** A whole number in the reader's language. */
type Count = (value: number) => string;

/** The words of a built-in experiment; undefined for one of the page's own. */
export function builtInTerms({ spec: { name = '' } }: Experiment, terms: Language): BuiltInTerms | undefined {
  const known: Readonly<Record<string, BuiltInTerms>> = experimentTerms(terms).builtIn;
  return Object.hasOwn(known, name) ? known[name] : undefined;
}

/** The name of a run as the reader sees it. */
export function runName(name: string, words: BuiltInTerms | undefined): string {
  return words && Object.hasOwn(words.runs, name) ? words.runs[name] : name;
}

/** The name of a choice as the reader sees it. */
export function choiceName(name: string, words: BuiltInTerms | undefined): string {
  return words && Object.hasOwn(words.choices, name) ? words.choices[name] : name;
}

/** The sentence about a finding, without a capital letter. */
export function findingText(
  { code, holds, run, than = '', values }: Finding,
  words: BuiltInTerms | undefined,
  { terms, count }: { terms: Language; count: Count },
): string {
  const { steps, diverged, thanDiverged, from, loss, thanLoss, step, lr, thanLr } = values;
  const number = (value: number | undefined): string => (value === undefined ? '' : count(value));
  const rate = (value: number | undefined): string => (value === undefined ? '' : formatRate(value));
  const said: FindingWords = {
    run: runName(run, words),
    than: runName(than, words),
    steps: count(steps),
    diverged: number(diverged),
    from: code === 'rate-below' ? rate(from) : formatLoss(from),
    loss: formatLoss(loss),
    thanLoss: formatLoss(thanLoss),
    step: number(step),
    lr: rate(lr),
    thanLr: rate(thanLr),
  };
  const sentence = sentenceOf(code, { holds, diverged, thanDiverged, step });
  return experimentTerms(terms).says[sentence][holds ? 'yes' : 'no'](said);
}

function sentenceOf(
  code: Finding['code'],
  { holds, diverged, thanDiverged, step }: Pick<Finding, 'holds'> & Partial<Finding['values']>,
): FindingSentence {
  if (code !== 'diverges' && diverged !== undefined && !holds) return 'run-diverged';
  if (code === 'lower-loss' && thanDiverged !== undefined) return 'than-diverged';
  if (code === 'cut-helps' && step === undefined) return 'never-cut';
  return code;
}

/** Why the experiment stopped. */
export function stopText(
  { stop }: Outcome,
  words: BuiltInTerms | undefined,
  { terms, count }: { terms: Language; count: Count },
): string {
  const run = stop.run === undefined ? '' : runName(stop.run, words);
  return experimentTerms(terms).stops[stop.code](run, count(stop.step));
}

/** What became of a guess. */
export function guessText(
  guess: string,
  { answer }: Outcome,
  words: BuiltInTerms | undefined,
  terms: Language,
): string {
  const experiments = experimentTerms(terms);
  const choice = choiceName(guess, words);
  if (answer === undefined) return experiments.guessedOpen(choice);
  if (answer === guess) return experiments.guessedRight(choice);
  return experiments.guessedWrong(choice, choiceName(answer, words));
}

/** How many losses a value of the legend averages. */
const latest = 20;

/** Where a line begins and ends: `2.303 → 0.8123`. */
export function courseOf(
  { loss, lr, diverged }: RunHistory,
  kind: 'loss' | 'lr',
  terms: Language,
  count: Count,
): string {
  const values = Array.from(kind === 'loss' ? loss : lr);
  if (values.length === 0) return '';
  if (kind === 'lr') {
    const [first, last] = [formatRate(values[0]), formatRate(values.at(-1)!)];
    const peak = formatRate(values.reduce((most, value) => Math.max(most, value), 0));
    return [first, ...(peak !== first && peak !== last ? [peak] : []), last]
      .filter((text, index, all) => index === 0 || text !== all[index - 1])
      .join(' → ');
  }
  const end = values.slice(-latest);
  const text = formatLoss(end.reduce((sum, value) => sum + value, 0) / end.length);
  const last = diverged === undefined ? text : experimentTerms(terms).divergedAt(count(diverged));
  return `${formatLoss(values[0])} → ${last}`;
}
