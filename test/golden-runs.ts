/** The training runs that PyTorch recorded, as configs of ours: read by the tests in Node and in the browser. */
import { readdirSync, readFileSync } from 'node:fs';

import type { Dataset } from '../src/data/index.js';
import type { OptimizerOptions } from '../src/optimizers/index.js';
import type { PolicyInput } from '../src/policy/index.js';
import type { StepRow, Weight } from '../src/training/index.js';
import type { GoldenScheduler, Parameters } from './golden-policy.js';
import { camelCase, goldenPolicy } from './golden-policy.js';

/** A case as the file holds it; see the folder's README. */
interface GoldenFile {
  network: 'tiny' | 'lenet';
  data: string;
  steps: number;
  batch_size: number;
  optimizer: { type: string; options: Parameters; groups?: ({ params: string[] } & Parameters)[] };
  scheduler: GoldenScheduler;
  swap?: { step: number; scheduler: GoldenScheduler };
  initial_weights: Record<string, { shape: number[]; values: number[] }>;
  batches: number[][];
  lr: number[][];
  momentum: (number | null)[][];
  loss: number[];
  tolerance: number;
  final_eval: { loss: number; accuracy: number };
  final_weights_f32: Record<string, { shape: number[]; values: number[] }>;
  final_weights_tolerance: number;
}

/** What a run came to, to be held against the recording. */
export interface GoldenResult {
  rows: StepRow[];
  score: { loss: number; accuracy: number };
  weights: Record<string, Weight>;
}

const folder = new URL('golden/training/', import.meta.url);
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));

/** The names of all recorded runs. */
export const goldenRunNames = readdirSync(folder)
  .filter((file) => /^(tiny|lenet)-/.test(file))
  .map((file) => file.replace('.json', ''))
  .sort();

function optimizerOf({ type, options, groups = [] }: GoldenFile['optimizer']): OptimizerOptions {
  // A single group without settings of its own is what every optimizer has.
  const named = groups.length > 1 || Object.keys(groups[0] ?? {}).length > 1 ? groups : [];
  return {
    type,
    ...camelCase(options),
    ...(named.length > 0 && {
      groups: named.map(({ params, ...own }) => ({ layers: params, ...camelCase(own) })),
    }),
  } as OptimizerOptions;
}

/** Plain data that crosses into a page: everything that a run needs. */
export interface GoldenRun {
  config: {
    model: 'tiny' | 'lenet';
    optimizer: OptimizerOptions;
    policy: PolicyInput;
    batchSize: number;
    batches: number[][];
    initialWeights: Record<string, { shape: number[]; values: number[] }>;
  };
  /** Bytes as plain numbers. */
  data: { images: number[]; labels: number[]; height: number; width: number; channels: number };
  steps: number;
  swap?: { step: number; policy: PolicyInput };
}

/** A recorded run: what to train, and what PyTorch had. */
export function goldenRun(name: string): { run: GoldenRun; recorded: GoldenFile } {
  const recorded = read(`${name}.json`) as GoldenFile;
  const { images, labels } = read(
    recorded.data.endsWith('.json') ? recorded.data : `${recorded.data}.json`,
  ) as {
    images: { shape: number[]; values: number[] };
    labels: number[];
  };
  const [, height, width, channels] = images.shape;
  const { swap, steps } = recorded;
  const run: GoldenRun = {
    config: {
      model: recorded.network,
      optimizer: optimizerOf(recorded.optimizer),
      policy: goldenPolicy(recorded.scheduler),
      batchSize: recorded.batch_size,
      batches: recorded.batches,
      initialWeights: recorded.initial_weights,
    },
    data: { images: images.values, labels, height, width, channels },
    steps,
    swap: swap && { step: swap.step, policy: goldenPolicy(swap.scheduler) },
  };
  return { run, recorded };
}

/** The images of a run; they are also what it is scored on. */
export function goldenDataset({ data }: GoldenRun): Dataset {
  const { height, width, channels } = data;
  const all = { images: Uint8Array.from(data.images), labels: Uint8Array.from(data.labels) };
  return { ...all, height, width, channels, classes: 10, validation: all };
}

/** Where a result leaves the recording; an empty list when it holds. */
export function differences({ rows, score, weights }: GoldenResult, recorded: GoldenFile): string[] {
  const found: string[] = [];
  const check = (what: string, value: number, expected: number, tolerance: number) => {
    if (!(Math.abs(value - expected) <= tolerance)) found.push(`${what}: ${value}, recorded ${expected}`);
  };
  if (rows.length !== recorded.steps) found.push(`${rows.length} rows, recorded ${recorded.steps}`);
  for (const [step, { lr, loss }] of rows.entries()) {
    if (lr.length !== recorded.lr[step].length) found.push(`${lr.length} groups at step ${step}`);
    for (const [group, rate] of lr.entries()) {
      const expected = recorded.lr[step][group];
      check(`learning rate ${group} of step ${step}`, rate, expected, 1e-12 * Math.abs(expected));
    }
    check(`loss of step ${step}`, loss, recorded.loss[step], step === 0 ? 1e-5 : recorded.tolerance);
  }
  check('final loss', score.loss, recorded.final_eval.loss, 1e-3);
  check('final accuracy', score.accuracy, recorded.final_eval.accuracy, 1e-6);
  for (const [name, { values }] of Object.entries(recorded.final_weights_f32)) {
    for (const [index, value] of values.entries())
      check(`${name}[${index}]`, weights[name].values[index], value, recorded.final_weights_tolerance);
  }
  return found.slice(0, 5);
}
