/** What is said of an experiment in the reader's language: its findings, why it stopped, and a guess. */
import { type Experiment, type Finding, type Outcome, type RunHistory } from '../../src/experiment/index.js';
import { formatLoss, formatRate } from '../internal/kit/format.js';
import type { BuiltInTerms, FindingSentence, FindingWords } from '../locales/experiment-terms.js';
import { experimentTerms } from '../locales/experiments.js';
import type { Terms } from '../locales/terms.js';

/** The words of a language, of which English leaves those of experiments to `experimentTerms`. */
type Words = Pick<Terms, 'experiments'>;

/** A whole number in the reader's language. */
export type Count = (value: number) => string;

/** What sentences are made of in the reader's language. */
export interface Language {
  readonly terms: Words;
  readonly count: Count;
}

/** The words of a built-in experiment; undefined for one of the page's own. */
export function builtInTerms({ spec: { name = '' } }: Experiment, terms: Words): BuiltInTerms | undefined {
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

/** The sentences about findings. */
export function findingsText(
  findings: readonly Finding[],
  words: BuiltInTerms | undefined,
  language: Language,
): string {
  return findings
    .map(
      (finding, index) =>
        alsoText(finding, findings[index - 1], words, language.terms) ??
        findingText(finding, words, language),
    )
    .reduce(experimentTerms(language.terms).join);
}

function findingText(
  { code, holds, run, than = '', values }: Finding,
  words: BuiltInTerms | undefined,
  { terms, count }: Language,
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
  return begun(experimentTerms(terms).says[sentence][holds ? 'yes' : 'no'](said), run, words);
}

/** Only what differs, where a finding compares the same run, or with the same run, as the one before. */
function alsoText(
  { code, holds, run, than, values }: Finding,
  before: Finding | undefined,
  words: BuiltInTerms | undefined,
  terms: Words,
): string | undefined {
  if (code !== 'lower-loss' && code !== 'ends-higher') return undefined;
  if (before?.code !== code || !before.holds || !holds) return undefined;
  if ([values, before.values].some(({ thanDiverged }) => thanDiverged !== undefined)) return undefined;
  const other = before.run === run ? than : before.than === than ? run : undefined;
  if (other === undefined) return undefined;
  const { loss, thanLoss, lr = NaN, thanLr = NaN } = values;
  const isThan = other === than;
  const value =
    code === 'lower-loss' ? formatLoss(isThan ? thanLoss : loss) : formatRate(isThan ? thanLr : lr);
  return begun(experimentTerms(terms).also[code](runName(other, words), value), other, words);
}

/** A sentence that begins with the name of a run begins with a capital letter, unless the name is one in code. */
function begun(sentence: string, run: string, words: BuiltInTerms | undefined): string {
  const name = runName(run, words);
  if (name === run || !sentence.startsWith(name)) return sentence;
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`;
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
  { terms, count }: Language,
): string {
  const run = stop.run === undefined ? '' : runName(stop.run, words);
  return experimentTerms(terms).stops[stop.code](run, count(stop.step));
}

/** What became of a guess. */
export function guessText(
  guess: string,
  { answer }: Outcome,
  words: BuiltInTerms | undefined,
  terms: Words,
): string {
  const experiments = experimentTerms(terms);
  const choice = choiceName(guess, words);
  if (answer === undefined) return experiments.guessedOpen(choice);
  if (answer === guess) return experiments.guessedRight(choice);
  return experiments.guessedWrong(choice, choiceName(answer, words));
}

/** How many losses a value averages where no condition says otherwise. */
const usualLast = 20;

/** How many losses the values of an experiment's runs average: as many as in what is said of them. */
export function averagedLosses({ spec }: Experiment): number {
  return (
    spec.check.flatMap((condition) => ('last' in condition ? (condition.last ?? []) : [])).at(0) ?? usualLast
  );
}

/** Where a line begins and ends: `2.303 → 0.8123`. */
export function courseOf(
  { loss, lr, diverged }: RunHistory,
  kind: 'loss' | 'lr',
  { terms, count, last }: Language & { readonly last: number },
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
  const end = values.slice(-last);
  const text = formatLoss(end.reduce((sum, value) => sum + value, 0) / end.length);
  const final = diverged === undefined ? text : experimentTerms(terms).divergedAt(count(diverged));
  return `${formatLoss(values[0])} → ${final}`;
}
