/** The schema of a session file of version 1, after unpacking. */
import * as v from 'valibot';

import { backendNames } from '../../gpu/names.js';
import type { Checkpoint } from '../../training/index.js';
import { longestName } from '../run/run-name.js';

/** The most runs of a session. */
export const mostRuns = 256;

const step = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Letters, digits and hyphens: an id becomes part of file names and of tables. */
const id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,31}$/));

/** A number that may be NaN or infinite. */
const anyNumber = v.custom<number>((value) => typeof value === 'number', 'number');

const float32 = v.instance(Float32Array);

const intervention = v.variant('kind', [
  v.strictObject({
    kind: v.literal('swap'),
    counterfactual: v.optional(v.literal(true)),
    step,
    policy: v.unknown(),
    handoff: v.picklist(['continue', 'restart', 'torch']),
  }),
  v.strictObject({ kind: v.literal('chain'), step, policy: v.unknown() }),
  v.strictObject({ kind: v.literal('adjust'), step, policy: v.unknown() }),
  v.strictObject({ kind: v.literal('unchain'), step, index: step }),
  v.strictObject({ kind: v.literal('setLr'), step, lr: v.number() }),
]);

const evaluation = v.strictObject({ step, epoch: step, loss: anyNumber, accuracy: anyNumber });

const float64 = v.instance(Float64Array);

/** One number for each evaluation in every column: a list of objects would be too large for a long history. */
const evaluationColumns = v.strictObject({ step: float64, epoch: float64, loss: float64, accuracy: float64 });

const history = v.strictObject({
  loss: float32,
  lr: v.array(float64),
  evaluations: v.lazy((given) => (Array.isArray(given) ? v.array(evaluation) : evaluationColumns)),
});

/** The Trainer that restores it checks its content, and whether it fits the run. */
const checkpoint = v.custom<Checkpoint>(
  (value) =>
    typeof value === 'object' && value !== null && 'step' in value && Number.isSafeInteger(value.step),
  'Checkpoint',
);

const driverWords = v.pipe(v.string(), v.maxLength(1000));

const refusal = v.strictObject({ name: v.picklist(backendNames), reason: driverWords });

const run = v.strictObject({
  id,
  name: v.optional(v.pipe(v.string(), v.maxLength(longestName))),
  parent: v.optional(v.strictObject({ run: id, step })),
  config: v.record(v.string(), v.unknown()),
  interventions: v.array(intervention),
  planned: v.array(intervention),
  history: v.optional(history),
  checkpoint: v.optional(checkpoint),
  backend: v.optional(
    v.strictObject({
      name: v.picklist(backendNames),
      adapter: v.optional(driverWords),
      refused: v.optional(v.pipe(v.array(refusal), v.maxLength(backendNames.length))),
    }),
  ),
  held: v.optional(v.strictObject({ step, reason: v.literal('diverged') })),
});

/** A session of version 1. */
export const sessionSchema = v.strictObject({
  format: v.literal('lr-lab session'),
  version: v.literal(1),
  datasets: v.optional(v.array(v.unknown()), []),
  runs: v.pipe(v.array(run), v.minLength(1), v.maxLength(mostRuns)),
});

/** A run as the schema returns it: its config, its policies and the relations of its parts are not checked yet. */
export type WrittenRun = v.InferOutput<typeof run>;
