/**
 * The whole state of a run between two steps, as plain data: it survives a structured clone and a database. A run that
 * continues from it makes the same losses, bit for bit, as one that never stopped, on the same backend.
 *
 * It does not hold what a config decides: data, batch order and dropout follow from the seed and the step.
 */
import * as v from 'valibot';

import { InputError } from '../errors.js';
import type { Optimizer, OptimizerState } from '../optimizers/index.js';
import { normalisePolicy } from '../policy/index.js';
import type { ParamGroup } from '../schedulers/index.js';
import { SchedulerError } from '../schedulers/index.js';
import type { DivergenceDetector, DivergenceState } from './divergence.js';
import type { Network, SavedWeight } from './network.js';
import type { RateCheckpoint, RateDriver } from '../timeline/index.js';

/** A state of a run. Its arrays belong to it alone, so they may be transferred. */
export interface Checkpoint {
  version: 1;
  /** The updates made, which is also the step of the next one. */
  step: number;
  /** By name, including those that no optimizer updates (the means of a BatchNormalization). */
  weights: Record<string, SavedWeight>;
  optimizer: OptimizerState;
  rates: RateCheckpoint;
  divergence: DivergenceState;
}

/** The parts of a run that change from step to step. */
export interface CheckpointParts {
  network: Network;
  optimizer: Optimizer;
  rates: RateDriver;
  divergence: DivergenceDetector;
}

// valibot's own number refuses NaN, which a diverged run has as losses.
const number = v.custom<number>((value) => typeof value === 'number');
const list = v.array(number);

/** The outer form of a checkpoint; the parts check whether it fits them. */
const schema = v.object({
  version: v.literal(1),
  step: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  weights: v.record(v.string(), v.object({ shape: v.array(v.number()), values: v.instance(Float32Array) })),
  optimizer: v.object({ groups: v.array(v.object({ values: v.record(v.string(), v.unknown()) })) }),
  rates: v.object({
    live: v.object({
      entries: v.array(
        v.object({
          entry: v.unknown(),
          scheduler: v.record(v.string(), v.unknown()),
          losses: v.object({ sum: number, count: number }),
        }),
      ),
    }),
    configured: v.array(
      v.object({ lr: number, momentum: v.optional(number), betas: v.optional(v.tuple([number, number])) }),
    ),
  }),
  divergence: v.object({ first: list, latest: list, at: v.optional(number) }),
});

/** The state of a run with nothing in flight, at the time of the call. */
export async function takeCheckpoint(
  { network, optimizer, rates, divergence }: CheckpointParts,
  step: number,
): Promise<Checkpoint> {
  // What is not read from the device is copied first, so that it is the state at the call as well.
  const numbers = { rates: rates.checkpoint(), divergence: divergence.state() };
  const [weights, state] = await Promise.all([network.state(), optimizer.state()]);
  return { version: 1, step, weights, optimizer: state, ...numbers };
}

/**
 * Checks a checkpoint against a run.
 *
 * @returns a function that puts it in place, to be called once
 * @throws InputError `checkpoint` for a value that is not a checkpoint, or for one of another version, network or
 * optimizer, or with a policy that cannot be built; nothing has changed then
 */
export function planRestore(
  { network, optimizer, rates, divergence }: CheckpointParts,
  checkpoint: Checkpoint,
): () => void {
  const result = v.safeParse(schema, checkpoint, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    throw misfit(v.getDotPath(issue) ?? 'checkpoint', issue.received, issue.expected ?? 'Checkpoint');
  }
  const { optimizer: state, weights } = checkpoint;
  const groups = state.groups.map(({ values }) => values as unknown as ParamGroup);
  const load = [
    part('weights', () => network.planState(weights)),
    part('optimizer', () => optimizer.planState(state)),
    part('rates', () => rates.planRestore(normalised(checkpoint.rates), groups)),
  ];
  return () => {
    for (const each of load) each();
    divergence.restore(checkpoint.divergence);
  };
}

/** The rates with a policy that has been parsed like any other. */
function normalised(rates: RateCheckpoint): RateCheckpoint {
  const { entries } = rates.live;
  const policy = normalisePolicy(entries.map(({ entry }) => entry));
  return { ...rates, live: { entries: entries.map((each, index) => ({ ...each, entry: policy[index] })) } };
}

/** Checks one part; its error becomes the checkpoint's. */
function part<Value>(name: keyof Checkpoint, check: () => Value): Value {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof InputError || error instanceof SchedulerError)) throw error;
    const path = error instanceof InputError && error.path ? `${name}.${error.path}` : name;
    throw misfit(path, error.received ?? error.message, error.accepted ?? `${name} of this run`);
  }
}

function misfit(path: string, received: string, accepted: string): InputError {
  const message = `the checkpoint does not fit this run: its ${path} is ${received}; accepted: ${accepted}.`;
  return new InputError({ code: 'checkpoint', message, path, received, accepted });
}
