/** Runs a recorded trace of torch.optim through our optimizer, on tf.js's present backend, and measures the difference. */
import * as tf from '@tensorflow/tfjs';

import type { Optimizer, OptimizerStateDict, ParameterGroup } from '../../../src/optimizers/index.js';
import { Adagrad, Adam, AdamW, RMSprop, SGD } from '../../../src/optimizers/index.js';

type Hyper = Record<string, unknown>;

/** A case of test/golden/optim; see the README there. */
export interface GoldenCase {
  id: string;
  steps: number;
  optimizer: { type: keyof typeof classes; options: Hyper; groups: ({ params: number[] } & Hyper)[] };
  params: { shape: number[]; values: number[] }[];
  grads: (number[] | null)[][];
  lr_changes?: { step: number; groups: Hyper[] }[];
  trace: number[][][];
  state_dict: RecordedState;
  checkpoint?: { after_step: number; state_dict: RecordedState };
}

interface RecordedState {
  state: Record<string, Record<string, unknown>>;
  param_groups: Hyper[];
}

/** The difference between a replay and the recording. */
export interface Deviation {
  /** The weights after every step: the largest |x − recorded| / (1 + |recorded|). */
  weights: number;
  /** The state tensors at the end: the largest |x − recorded|, relative to the largest of the recorded tensor. */
  state: number;
  /** Keys, step counts and hyper-parameters of the final state dict that differ. */
  differences: string[];
}

const classes = { SGD, Adam, AdamW, RMSprop, Adagrad };

/** Keys of PyTorch that select an implementation. */
const implementation = new Set(['foreach', 'fused', 'capturable', 'differentiable']);

const camelCase = (record: Hyper): Hyper =>
  Object.fromEntries(
    Object.entries(record).map(([key, value]) => [
      key.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );

/** The case's weights under its optimizer. */
function begin({ optimizer, params }: Pick<GoldenCase, 'optimizer' | 'params'>): {
  variables: tf.Variable[];
  /** For each parameter of the optimizer its index in the case. */
  order: number[];
  optimizer: Optimizer;
} {
  const variables = params.map(({ shape, values }) => tf.tidy(() => tf.variable(tf.tensor(values, shape))));
  const groups = optimizer.groups.map(({ params: members, ...own }): ParameterGroup<object> => ({
    parameters: members.map((index) => ({ name: String(index), variable: variables[index] })),
    ...camelCase(own),
  }));
  return {
    variables,
    order: optimizer.groups.flatMap(({ params: members }) => members),
    optimizer: new classes[optimizer.type](groups, camelCase(optimizer.options)),
  };
}

/** Makes the step with this index, after the changes before it. */
function advance(golden: GoldenCase, step: number, optimizer: Optimizer, order: number[]): void {
  const changes = golden.lr_changes?.find((each) => each.step === step)?.groups ?? [];
  for (const [index, change] of changes.entries()) {
    Object.assign(optimizer.paramGroups[index], camelCase(change));
  }
  const gradients = order.map((index) => {
    const values = golden.grads[step][index];
    return values && tf.tensor(values, golden.params[index].shape);
  });
  optimizer.step(gradients);
  tf.dispose(gradients.filter((gradient) => gradient !== null));
}

/** Replays a case from its start, or from its checkpoint, in a new optimizer. */
export async function replay(golden: GoldenCase, from: 'start' | 'checkpoint' = 'start'): Promise<Deviation> {
  const { variables, order, optimizer } = begin(golden);
  let first = 0;
  if (from === 'checkpoint') {
    const { after_step, state_dict } = golden.checkpoint!;
    first = after_step + 1;
    for (const [index, variable] of variables.entries()) {
      const values = golden.trace[after_step][index];
      tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
    }
    // As read from a file.
    optimizer.loadStateDict(JSON.parse(JSON.stringify(state_dict)));
  }
  let weights = 0;
  for (let step = first; step < golden.steps; step++) {
    advance(golden, step, optimizer, order);
    for (const [index, recorded] of golden.trace[step].entries()) {
      const values = await variables[index].data();
      for (const [element, value] of values.entries())
        weights = Math.max(weights, Math.abs(value - recorded[element]) / (1 + Math.abs(recorded[element])));
    }
  }
  const state = await optimizer.stateDict();
  optimizer.dispose();
  tf.dispose(variables);
  return { weights, ...compareStates(state, golden.state_dict) };
}

function compareStates(
  state: OptimizerStateDict,
  recorded: RecordedState,
): Pick<Deviation, 'state' | 'differences'> {
  const differences: string[] = [];
  const expectSame = (path: string, ours: unknown, theirs: unknown): void => {
    if (JSON.stringify(ours) !== JSON.stringify(theirs))
      differences.push(`${path}: ${JSON.stringify(ours)}, recorded ${JSON.stringify(theirs)}`);
  };
  for (const [index, group] of recorded.param_groups.entries()) {
    const known = Object.entries(group).filter(([key]) => !implementation.has(key));
    const ours: Hyper = state.param_groups[index];
    expectSame(`group ${index}`, Object.keys(ours).sort(), known.map(([key]) => key).sort());
    for (const [key, value] of known) expectSame(`group ${index}.${key}`, ours[key], value);
  }
  let worst = 0;
  for (const [id, tensors] of Object.entries(recorded.state)) {
    const known = Object.entries(tensors).filter(([, value]) => value !== null);
    const ours: Hyper = state.state[id] ?? {};
    expectSame(`state ${id}`, Object.keys(ours).sort(), known.map(([key]) => key).sort());
    for (const [key, value] of known) {
      if (key === 'step') expectSame(`state ${id}.step`, ours[key], value);
      else worst = Math.max(worst, relativeError(flat(ours[key]), flat(value)));
    }
  }
  return { state: worst, differences };
}

const flat = (nested: unknown): number[] => [nested].flat(Infinity) as number[];

function relativeError(values: number[], recorded: number[]): number {
  const scale = Math.max(...recorded.map(Math.abs)) || 1;
  const errors = recorded.map((value, index) => Math.abs(values[index] - value) / scale);
  return values.length === recorded.length ? Math.max(...errors) : Infinity;
}
