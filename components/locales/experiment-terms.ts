import type { BuiltInName, ConditionCode, Stop } from '../../src/experiment/index.js';

/** The words that a sentence about a finding may use: names and numbers, already formatted. */
export interface FindingWords {
  readonly run: string;
  readonly than: string;
  readonly steps: string;
  readonly diverged: string;
  readonly from: string;
  readonly loss: string;
  readonly thanLoss: string;
  readonly step: string;
  readonly lr: string;
  readonly thanLr: string;
}

/** What can be said of a finding: its condition, or what made it pointless. */
export type FindingSentence = ConditionCode | 'than-diverged' | 'run-diverged' | 'never-cut';

/** The words of one built-in experiment. */
export interface BuiltInTerms {
  title: string;
  /** The question before the choices of its guess. */
  question: string;
  /** Its choices, by their names. */
  choices: Readonly<Record<string, string>>;
  /** The names of its runs that are not PyTorch's own. */
  runs: Readonly<Record<string, string>>;
}

/** The words of `<lr-experiment>`, apart from those of all elements: only pages with experiments load them. */
export interface ExperimentTerms {
  run: string;
  runAgain: string;
  stop: string;
  /** A question, and that the answer is up to the reader. */
  guess: (question: string) => string;
  loading: string;
  /** How many runs of how many steps at most. */
  size: (runs: string, steps: string) => string;
  recorded: (seed: string) => string;
  trained: (seed: string) => string;
  notRun: string;
  preparing: string;
  testing: string;
  progress: (step: string, of: string) => string;
  aborted: string;
  sawIt: string;
  inRecording: string;
  notThisTime: string;
  tryAgain: string;
  anotherSeed: string;
  guessedRight: (choice: string) => string;
  guessedWrong: (choice: string, answer: string) => string;
  guessedOpen: (choice: string) => string;
  stops: Record<Stop['code'], (run: string, step: string) => string>;
  says: Record<FindingSentence, Record<'yes' | 'no', (words: FindingWords) => string>>;
  /** A finding like the one before, of another run: only what differs. */
  also: Record<'lower-loss' | 'ends-higher', (run: string, value: string) => string>;
  suggested: (steepest: string, tenth: string) => string;
  /** A parameter that can be moved, with its value. */
  adjust: (name: string, value: string) => string;
  adjusted: string;
  planned: string;
  charts: Record<'loss' | 'lr' | 'rangeTest', string>;
  /** What a chart of losses shows, over the steps. */
  lossCaption: string;
  rateCaption: string;
  /** A chart in a sentence, for screen readers. */
  describe: (chart: string, runs: string) => string;
  divergedAt: (step: string) => string;
  listJoint: string;
  /** Two sentences, one after the other. */
  join: (one: string, other: string) => string;
  openInLab: string;
  code: string;
  share: string;
  copied: string;
  copyByHand: string;
  link: string;
  /** The counter of a plateau: bad metrics, how many are tolerated, and the loss that is needed. */
  plateau: (bad: string, patience: string, needs: string) => string;
  faulty: string;
  unknown: (name: string) => string;
  unreadable: (src: string) => string;
  missing: string;
  builtIn: Record<BuiltInName, BuiltInTerms>;
}
