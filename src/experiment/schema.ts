/**
 * The valibot schema of an experiment. Each schema's message is what it accepts, in the notation of an issue;
 * `parse-experiment.ts` makes the issue. Policies and configs are checked there too, by their own parsers.
 */
import * as v from 'valibot';

/** What a condition or a rule accepts for the name of a run. */
export const runNotation = '"name of a run"';

const integer = (least: number) => {
  const notation = `integer ≥ ${least}`;
  return v.pipe(v.number(notation), v.safeInteger(notation), v.minValue(least, notation));
};

const positive = v.pipe(
  v.number('number > 0'),
  v.finite('number > 0'),
  v.check((value) => value > 0, 'number > 0'),
);

const text = (most: number) => {
  const notation = `text of 1 … ${most} characters`;
  return v.pipe(v.string(notation), v.nonEmpty(notation), v.maxLength(most, notation));
};

const words = <const Words extends readonly string[]>(list: Words) =>
  v.picklist(list, list.map((word) => `"${word}"`).join(' | '));

/** An object whose message names its keys, which an unknown or a missing key needs. */
const object = <Entries extends v.ObjectEntries>(entries: Entries) =>
  v.strictObject(entries, Object.keys(entries).join(', '));

/** The name of a run: text, as the legend shows it. */
const run = text(60);

/** How many of the latest losses are averaged; 20 by default. */
const last = v.optional(integer(1));

/** One statement about the histories, which holds or not. */
const conditions = {
  /** The loss falls to a share of the first one, or below. */
  falls: { run, share: positive, last },
  /** The loss stays above a share of the first one. */
  stays: { run, share: positive, last },
  /** The loss diverges. */
  diverges: { run },
  /** The loss ends at a share of another run's, or below. */
  'lower-loss': { run, than: run, share: v.optional(positive), last },
  /** The rate is at most a share of the first one from this step on. */
  'rate-below': { run, share: positive, by: integer(0) },
  /** The rate at a step is this one. */
  'rate-at': { run, step: integer(0), lr: positive },
  /** The highest rate is at least so many times that of another run. */
  'higher-peak': { run, than: run, times: positive },
  /** The rate ends at least so many times higher than its lowest value. */
  'rate-returns': { run, times: positive },
  /** The rate rises to its peak after its first step and then falls to a share of it. */
  'rate-cycles': { run, share: positive },
  /** The rates of two runs differ by no more than rounding. */
  'same-rates': { run, than: run },
  /** The losses of two runs are the same, bit for bit. */
  'same-losses': { run, than: run },
  /** The last rate is at least so many times that of another run. */
  'ends-higher': { run, than: run, times: positive },
  /** The rate is cut, and the loss then falls to a share of what it was before, or below. */
  'cut-helps': { run, share: positive, last },
} as const;

/** The code of a condition; the locales make sentences of it. */
export type ConditionCode = keyof typeof conditions;

/** The codes of all conditions. */
export const conditionCodes = Object.keys(conditions) as ConditionCode[];

const codeNotation = conditionCodes.map((code) => `"${code}"`).join(' | ');

type FieldsOf<Entries extends v.ObjectEntries> = v.InferOutput<v.StrictObjectSchema<Entries, undefined>>;

type OneCondition<Code extends ConditionCode> = Code extends unknown
  ? { code: Code } & FieldsOf<(typeof conditions)[Code]>
  : never;

/** One statement about the histories. */
export type Condition = OneCondition<ConditionCode>;

const condition = v.variant(
  'code',
  conditionCodes.map((code) =>
    object({ code: v.literal(code), ...(conditions[code] as v.ObjectEntries) }),
  ) as [v.StrictObjectSchema<{ code: v.LiteralSchema<ConditionCode, undefined> }, string>],
  codeNotation,
  // The schemas were made from the same table as the type, which TypeScript cannot follow through the map.
) as unknown as v.GenericSchema<unknown, Condition>;

const change = v.variant(
  'kind',
  [
    object({
      kind: v.literal('swap'),
      step: integer(0),
      policy: v.unknown(),
      handoff: v.optional(words(['continue', 'restart', 'torch'])),
    }),
    object({ kind: v.literal('chain'), step: integer(0), policy: v.unknown() }),
    object({ kind: v.literal('adjust'), step: integer(0), policy: v.unknown() }),
    object({ kind: v.literal('unchain'), step: integer(0), index: integer(0) }),
    object({ kind: v.literal('setLr'), step: integer(0), lr: positive }),
  ],
  '"swap" | "chain" | "adjust" | "unchain" | "setLr"',
);

const setup = v.record(v.string(), v.unknown(), '{ "model": …, "optimizer": …, … }');

const runSpec = object({
  name: run,
  /** What differs from the experiment's set-up. */
  setup: v.optional(setup),
  /** The optimizer's rate, or one that the range test suggests. */
  lr: v.optional(
    v.union(
      [positive, words(['steepest', 'tenthOfDivergence'])],
      'number > 0 | "steepest" | "tenthOfDivergence"',
    ),
  ),
  policy: v.optional(v.unknown()),
  changes: v.optional(v.array(change, '[{ "kind": …, "step": … }, …]'), []),
  /** The run is saved, removed and loaded again before this step. */
  resume: v.optional(integer(1)),
});

const stopRule = v.variant(
  'when',
  [
    object({ when: v.literal('diverges'), run, more: v.optional(integer(0)) }),
    object({ when: v.literal('loss-below'), run, share: positive, more: v.optional(integer(0)) }),
    object({ when: v.literal('rate-below'), run, share: positive, more: v.optional(integer(0)) }),
    object({ when: v.literal('cut'), run, times: v.optional(integer(1)), more: v.optional(integer(0)) }),
  ],
  '"diverges" | "loss-below" | "rate-below" | "cut"',
);

const guess = object({
  /** The choices; the first one whose conditions all hold is right, and one without conditions always holds. */
  choices: v.pipe(
    v.array(
      object({ name: text(80), when: v.array(condition, '[{ "code": … }, …]') }),
      '[{ "name": …, "when": … }, …]',
    ),
    v.minLength(2, 'at least 2 choices'),
    v.maxLength(5, 'at most 5 choices'),
  ),
});

/** The most runs of an experiment: as many as there are colours. */
const mostRuns = 8;

/** An experiment; the keys of its objects are those of `docs/experiments.md`. */
export const experimentSchema = object({
  name: v.optional(v.pipe(text(60), v.regex(/^[a-z0-9][a-z0-9-]*$/, 'a-z 0-9 -'))),
  /** Its heading; built-in ones have theirs in the locales. */
  title: v.optional(text(120)),
  setup,
  runs: v.pipe(
    v.array(runSpec, '[{ "name": … }, …]'),
    v.minLength(1, 'at least 1 run'),
    v.maxLength(mostRuns, `at most ${mostRuns} runs`),
  ),
  /** Tries rising rates first; runs can then start from what it suggests. */
  rangeTest: v.optional(
    object({ from: v.optional(positive), to: v.optional(positive), steps: v.optional(integer(10)) }),
  ),
  /** What to watch: the loss alone, by default. */
  watch: v.optional(v.array(words(['loss', 'lr']), '["loss", "lr"]'), () => ['loss'] as ('loss' | 'lr')[]),
  /** When it ends before the last step of its runs: at the first of these events. */
  stop: v.optional(v.array(stopRule, '[{ "when": …, "run": … }, …]'), []),
  /** A whole number of a run's schedule that a reader may change before it runs. */
  adjust: v.optional(object({ run, parameter: text(40), min: integer(1), max: integer(1) })),
  guess: v.optional(guess),
  check: v.pipe(v.array(condition, '[{ "code": … }, …]'), v.minLength(1, 'at least 1 condition')),
});

/** An experiment as data, before its configs and policies are checked. */
export type WrittenExperiment = v.InferOutput<typeof experimentSchema>;

/** One run of an experiment, as data. */
export type RunSpec = WrittenExperiment['runs'][number];

/** When an experiment ends. */
export type StopRule = WrittenExperiment['stop'][number];

/** A change of one run at a step. */
export type ChangeSpec = RunSpec['changes'][number];
