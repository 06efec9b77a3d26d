/** The kinds of input that a stranger may give, how each is made, and how the lab reads it. */
import { gzipSync } from 'node:zlib';

import { datasetFromIdx, type NamedFile } from '../../src/data/index.js';
import type { Run } from '../../src/lab/index.js';
import { runsFrom } from '../../src/lab/session/lab-session.js';
import { formatSession, parseSession } from '../../src/lab/session/session-file.js';
import { decodeLink } from '../../src/lab/session/share-link.js';
import {
  advisePolicy,
  parseFormula,
  parsePolicyText,
  previewPolicy,
  toPyTorch,
  WorkBudget,
} from '../../src/policy/index.js';
import { policiesAlong } from '../../src/timeline/index.js';
import { fileOf } from '../unit/data/files.js';
import { sessions } from '../unit/lab/sessions.js';
import { formulaTexts, policies } from '../unit/policy/arbitraries.js';
import { anyJson, damaged, exaggerated } from './damage.js';
import { fc } from '../property-runs.js';

/** One kind of input. */
export interface Kind<Case> {
  readonly name: string;
  /** The operations that any case may take, and those that each of its bytes may add. */
  readonly fixed: number;
  readonly perByte: number;
  /** The worst that is known. */
  readonly worst: readonly Case[];
  make(count: number, seed: number): Case[];
  /** Reads a case as the page does; returns whether it was accepted. */
  read(given: Case): boolean | Promise<boolean>;
  size(given: Case): number;
  print(given: Case): string;
}

const shown = (text: string): string => `${JSON.stringify(text.slice(0, 300))}, ${text.length} characters`;

const textOf = <Part>(arbitrary: fc.Arbitrary<Part>): fc.Arbitrary<string> =>
  arbitrary.map((value) => JSON.stringify(value));

const sampled =
  <Case>(arbitrary: fc.Arbitrary<Case>) =>
  (numRuns: number, seed: number): Case[] =>
    fc.sample(arbitrary, { numRuns, seed });

/** One in so many cases is malicious in its size. */
const often = <Case>(usual: fc.Arbitrary<Case>, rare: fc.Arbitrary<Case>): fc.Arbitrary<Case> =>
  fc.oneof({ weight: 199, arbitrary: usual }, { weight: 1, arbitrary: rare });

const repeated = (...parts: string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...parts), fc.integer({ min: 1, max: 100_000 }))
    .map(([part, times]) => part.repeat(times));

const times = <Part>(count: number, part: (index: number) => Part): Part[] =>
  Array.from({ length: count }, (_, index) => part(index));

const formula: Kind<string> = {
  name: 'formulas',
  worst: [
    '('.repeat(1e6),
    '1+'.repeat(149) + '1',
    `max(${'epoch,'.repeat(48)}1)`,
    '2**'.repeat(99) + 'epoch',
  ],
  fixed: 20_000,
  perByte: 0,
  make: sampled(
    often(
      fc.oneof(
        formulaTexts(),
        formulaTexts().chain(damaged),
        fc.string({ maxLength: 400 }),
        fc
          .array(fc.constantFrom('epoch', '(', ')', '-', '**', '1e9', '*', ' ', 'max(', ',', '?', ':', '<'), {
            maxLength: 150,
          })
          .map((parts) => parts.join('')),
        repeated('-', '(', '1+', '2**', 'max(', 'epoch*', '1?').map((text) => text.slice(0, 301)),
      ),
      repeated('-', '(', '1+', '2**', 'max(', 'epoch<1?', '.', '1e', ' '),
    ),
  ),
  read(text) {
    const result = parseFormula(text);
    if (!result.success) return false;
    for (const epoch of [0, 1, 1e9, NaN]) result.formula.evaluate(epoch);
    return true;
  },
  size: (text) => text.length,
  print: shown,
};

const exponential = { scheduler: { type: 'ExponentialLR', gamma: 0.999 }, interval: 'step' } as const;

const nested = (depth: number): object =>
  depth === 0
    ? { type: 'ExponentialLR', gamma: 0.9 }
    : { type: 'ChainedScheduler', schedulers: times(2, () => nested(depth - 1)) };

const policy: Kind<{ text: string; steps: number }> = {
  name: 'policies',
  worst: [
    { text: JSON.stringify(times(3000, () => exponential)), steps: 10_000_000 },
    { text: JSON.stringify(nested(11)), steps: 10_000_000 },
    {
      text: JSON.stringify({ type: 'MultiStepLR', milestones: times(19_000, (index) => index) }),
      steps: 10_000_000,
    },
    {
      text: JSON.stringify({ type: 'LambdaLR', lrLambda: times(500, () => `max(${'epoch,'.repeat(48)}1)`) }),
      steps: 10_000_000,
    },
  ],
  fixed: 40_000_000,
  perByte: 500,
  make: sampled(
    fc.record({
      text: often(
        fc.oneof(
          textOf(policies()),
          textOf(policies()).chain(damaged),
          anyJson(),
          textOf(policies().chain(exaggerated(20))),
        ),
        fc.oneof(
          textOf(policies().chain(exaggerated(20_000))),
          repeated('[', '{"type":', '[{"scheduler":{"type":"ChainedScheduler","schedulers":', '"', '1,'),
        ),
      ),
      steps: often(fc.constantFrom(0, 1, 300), fc.constantFrom(200_000, 10_000_000)),
    }),
  ),
  read({ text, steps }) {
    const result = parsePolicyText(text);
    if (!result.success) return false;
    const { policy } = result;
    advisePolicy(policy, { steps: Math.max(1, steps), stepsPerEpoch: 10, epochs: 1 });
    toPyTorch(policy);
    previewPolicy(policy, { lr: 0.1, steps, stepsPerEpoch: 10, budget: new WorkBudget() });
    return true;
  },
  size: ({ text }) => text.length,
  print: ({ text, steps }) => `${steps} steps, ${shown(text)}`,
};

/** Sessions as JSON: short ones, and any. */
const sessionJson = sessions.map((session) => formatSession(session) as unknown);

const brief = sessionJson.map((file) => {
  const { runs } = file as { runs: { config: { epochs: number; stepsPerEpoch?: number } }[] };
  for (const { config } of runs)
    Object.assign(config, { epochs: Math.ceil(config.epochs / 100), stepsPerEpoch: 5 });
  return file;
});

const sessionTexts = often(
  fc.oneof(textOf(brief), textOf(brief).chain(damaged), anyJson(), textOf(brief.chain(exaggerated(20)))),
  fc.oneof(
    textOf(sessionJson),
    textOf(sessionJson.chain(exaggerated(30_000))),
    repeated('[', '{"runs":', '[1,'),
  ),
);

const planned = (kind: string, values: object) => (step: number) => ({ kind, step, ...values });

/** Sessions that were made to take long. */
const worstSessions: string[] = (
  [
    // The link that once blocked the page for 37 seconds, and its largest form.
    [10, { policy: times(100, () => exponential), epochs: 1e6 }, {}],
    [256, { policy: times(100, () => exponential), epochs: 1e6 }, {}],
    [
      1,
      {
        epochs: 1e6,
        optimizer: { type: 'SGD', lr: 0.1, groups: times(1000, () => ({ layers: ['conv1'] })) },
      },
      {},
    ],
    [
      256,
      { epochs: 1e6, optimizer: { type: 'SGD', lr: 0.1, groups: times(100, () => ({ layers: ['conv1'] })) } },
      {},
    ],
    [1, { epochs: 1e6 }, { planned: times(100_000, planned('setLr', { lr: 0.1 })) }],
    [1, { epochs: 1e6 }, { planned: times(2500, planned('chain', { policy: [exponential] })) }],
    [1, { epochs: 1e6 }, { planned: times(20_000, planned('chain', { policy: [exponential] })) }],
    [
      1,
      { epochs: 1e6, policy: [exponential] },
      { planned: times(20_000, planned('adjust', { policy: [exponential] })) },
    ],
    [
      1,
      { epochs: 1e6, policy: times(300, () => exponential) },
      {
        interventions: times(10_000, () => ({ kind: 'setLr', step: 1, lr: 0.1 })),
        history: { loss: { $float32: 'AACAPw==' }, lr: [{ $float64: 'mpmZmZmZuT8=' }], evaluations: [] },
      },
    ],
  ] as const
).map(([runs, config, rest]) =>
  JSON.stringify({
    format: 'lr-lab session',
    version: 1,
    runs: times(runs, (index) => ({
      id: `R${index}`,
      config: {
        dataset: 'digits',
        optimizer: { type: 'SGD', lr: 0.1 },
        policy: [],
        batchSize: 4,
        seed: 1,
        ...config,
      },
      interventions: [],
      planned: [],
      ...rest,
    })),
  }),
);

/** Lists what the flags, titles and handles of the charts list. */
function show(runs: readonly Run[]): void {
  for (const { config, interventions, planned } of runs)
    policiesAlong(config.policy, [...interventions.value, ...planned.value]);
}

const session: Kind<string> = {
  name: 'sessions',
  worst: worstSessions,
  fixed: 50_000_000,
  perByte: 200,
  make: sampled(sessionTexts),
  read(text) {
    show(runsFrom(parseSession(text)));
    return true;
  },
  size: (text) => text.length,
  print: shown,
};

/** A link with this text in it, whatever its length. */
function linkOf(text: string): string {
  const bytes = deflated(text);
  return `#lab=${bytes.toString('base64url')}`;
}

/** Deflated without a header: a gzip file without its ten bytes before and eight behind. */
const deflated = (text: string): Buffer => gzipSync(text).subarray(10, -8);

const link: Kind<string> = {
  name: 'links',
  worst: worstSessions.map(linkOf),
  fixed: 40_000_000,
  // Inflated, a character may hold a thousand.
  perByte: 5000,
  make: sampled(
    often(
      fc.oneof(
        sessionTexts.map(linkOf),
        sessionTexts.map(linkOf).chain(damaged),
        fc.string().map((text) => `#lab=${text}`),
      ),
      fc.oneof(
        fc.constantFrom(1e6, 2e7).map((length) => linkOf('[1,'.repeat(length / 3))),
        repeated('A', '_-').map((text) => `#lab=${text}`),
      ),
    ),
  ),
  async read(hash) {
    show(runsFrom(await decodeLink(hash)));
    return true;
  },
  size: (hash) => Math.min(hash.length, 32_000),
  print: shown,
};

/** A gzip file of a gigabyte of zeros. */
function gigabyte(): Uint8Array {
  // Members of a gzip file are read one after the other.
  const member = gzipSync(new Uint8Array(1e7));
  return new Uint8Array(Buffer.concat(times(100, () => member)));
}

const word = fc.oneof(fc.nat(40), fc.constantFrom(0, 2049, 2051, 2 ** 16, 2 ** 28, 2 ** 31, 2 ** 32 - 1));

const idxFile: fc.Arbitrary<NamedFile> = often(
  fc
    .record({
      name: fc.constantFrom('train-images', 'train-labels', 't10k-images', 't10k-labels', 'a', 'b'),
      header: fc.oneof(
        fc.tuple(
          fc.constantFrom(2051),
          fc.nat(30),
          fc.integer({ min: 1, max: 9 }),
          fc.integer({ min: 1, max: 9 }),
        ),
        fc.tuple(fc.constantFrom(2049), fc.nat(30)),
        fc.array(word, { maxLength: 5 }),
      ),
      extra: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.integer({ min: -9, max: 9 })),
      isZipped: fc.boolean(),
      bytes: fc.uint8Array({ maxLength: 40 }),
    })
    .map(({ name, header, extra, isZipped, bytes }): NamedFile => {
      const [, ...lengths] = header;
      const wanted = lengths.reduce((product, length) => product * length, 1) + extra;
      const content = Uint8Array.from(
        { length: Math.min(Math.max(wanted, 0), 3000) },
        (_, at) => (bytes.at(at % 40) ?? at) % 27,
      );
      const file = fileOf(header, content);
      return { name, bytes: isZipped ? new Uint8Array(gzipSync(file)) : file };
    }),
  // Megabytes of zeros behind a header that declares few, many, or nothing that is known.
  fc
    .tuple(
      fc.constantFrom([2051, 10, 28, 28], [2051, 2 ** 18, 28, 28], [2049, 2 ** 27], [7, 1], []),
      fc.constantFrom(1e6, 3e7),
    )
    .map(([header, zeros]) => ({
      name: 'bomb',
      bytes: new Uint8Array(gzipSync(fileOf(header, new Uint8Array(zeros)))),
    })),
);

const idx: Kind<NamedFile[]> = {
  name: 'IDX files',
  // A megabyte of a gigabyte.
  worst: [[{ name: 'bomb', bytes: gigabyte() }]],
  fixed: 20_000,
  perByte: 10,
  make: sampled(
    fc.oneof(
      fc.array(idxFile, { maxLength: 5 }),
      // A pair that belongs together.
      fc
        .tuple(
          fc.integer({ min: 2, max: 40 }),
          fc.integer({ min: 1, max: 12 }),
          fc.integer({ min: 1, max: 300 }),
        )
        .map(([count, side, classes]) => [
          { name: 'images', bytes: fileOf([2051, count, side, side], new Uint8Array(count * side * side)) },
          {
            name: 'labels',
            bytes: fileOf(
              [2049, count],
              Uint8Array.from({ length: count }, (_, at) => at % classes),
            ),
          },
        ]),
    ),
  ),
  async read(files) {
    await datasetFromIdx(files);
    return true;
  },
  size: (files) => files.reduce((sum, { bytes }) => sum + bytes.length, 0),
  print: (files) =>
    files
      .map(
        ({ name, bytes }) =>
          `${name}: ${Buffer.from(bytes.subarray(0, 24)).toString('hex')}, ${bytes.length} bytes`,
      )
      .join('; '),
};

/** All of them. */
export const kinds: readonly Kind<unknown>[] = [formula, policy, link, session, idx];
