/** `lr-lab train`: a Lab with one run, its history as CSV. */
import { basename } from 'node:path';

import { Lab, type Config, type Run, type SwapOptions } from '../src/lab/index.js';
import { defaultConfig } from '../src/lab/index.js';
import { datasetNames, optimizerTypes, usualLr } from '../src/config/index.js';
import { modelNames } from '../src/models/names.js';
import { handoffs } from '../src/timeline/index.js';
import {
  accepting,
  bytesOf,
  choice,
  count,
  number,
  plannedPolicy,
  policyOf,
  readArguments,
} from './arguments.js';
import { checkWritable, ProgressBar, write } from './output.js';
import { UsageError } from './usage-error.js';

/** Without a page there is no WebGL. */
const backendsOfNode = ['webgpu', 'cpu'] as const;

const text = { type: 'string' } as const;
const texts = { type: 'string', multiple: true, default: [] as string[] } as const;

const options = {
  dataset: text,
  idx: texts,
  model: text,
  optimizer: text,
  lr: text,
  policy: text,
  swap: texts,
  chain: texts,
  handoff: text,
  'batch-size': text,
  epochs: text,
  'steps-per-epoch': text,
  seed: text,
  backend: text,
  steps: text,
  csv: text,
  session: text,
  quiet: { type: 'boolean', default: false },
} as const;

/** Trains and returns the exit code: 1 for a run that diverged or was interrupted; its history is written all the same. */
export async function train(args: readonly string[]): Promise<number> {
  const { values } = readArguments(args, options);
  const config = configOf(values);
  const steps = count('steps', values.steps);
  for (const name of ['csv', 'session'] as const) checkWritable(`--${name}`, values[name]);
  const lab = await accepting(() => new Lab(config));
  const bar = new ProgressBar();
  try {
    if (config.epochs === undefined && steps !== undefined) await makeRoom(lab, steps);
    const [run] = lab.runs.value;
    const end = steps ?? run.plan.value.steps;
    if (end > run.plan.value.steps)
      throw new UsageError(
        `--steps is ${end}; accepted: at most ${run.plan.value.steps}, the length of the run`,
      );
    await plan(lab, run, values, end);
    if (config.dataset === 'mnist') await obtainMnist(lab, values.idx);
    const stopShowing = values.quiet ? undefined : show(lab, run, end, bar);
    const interrupt = () => void lab.pause();
    process.once('SIGINT', interrupt);
    const start = performance.now();
    try {
      await lab.step(end);
    } finally {
      stopShowing?.();
      process.off('SIGINT', interrupt);
      bar.clear();
    }
    sayOfBackend(lab, values.backend);
    if (!values.quiet) process.stderr.write(`${summary(lab, run, performance.now() - start)}\n`);
    if (values.csv !== undefined) write(run.toCSV(), '--csv', values.csv);
    if (values.session !== undefined) write(`${JSON.stringify(lab.toJSON())}\n`, '--session', values.session);
    return run.held.value || run.step.value < end ? 1 : 0;
  } finally {
    bar.clear();
    await lab.dispose();
  }
}

type Values = ReturnType<typeof readArguments<typeof options>>['values'];

function configOf(values: Values): Partial<Config> {
  if (values.idx.length > 0 && values.dataset === 'digits')
    throw new UsageError('--dataset is "digits"; accepted beside --idx: mnist');
  const type = choice('optimizer', values.optimizer, optimizerTypes) ?? defaultConfig.optimizer.type;
  const base = type === defaultConfig.optimizer.type ? defaultConfig.optimizer : { type, lr: usualLr(type) };
  const lr = number('lr', values.lr);
  const config: Partial<Config> = {
    dataset: choice('dataset', values.dataset, datasetNames) ?? (values.idx.length > 0 ? 'mnist' : undefined),
    model: choice('model', values.model, modelNames),
    optimizer: lr === undefined ? base : { ...base, lr },
    policy: values.policy === undefined ? undefined : policyOf('--policy', values.policy),
    batchSize: number('batch-size', values['batch-size']),
    epochs: number('epochs', values.epochs),
    stepsPerEpoch: number('steps-per-epoch', values['steps-per-epoch']),
    seed: number('seed', values.seed),
    backend: choice('backend', values.backend, backendsOfNode),
  };
  return Object.fromEntries(Object.entries<unknown>(config).filter(([, value]) => value !== undefined));
}

/** Lets a run be long enough for `steps` updates. */
async function makeRoom(lab: Lab, steps: number): Promise<void> {
  const { plan } = lab.runs.value[0];
  if (steps > plan.value.steps) await lab.reset({ epochs: Math.ceil(steps / plan.value.stepsPerEpoch) });
}

/** Plans the changes that the arguments name. */
async function plan(lab: Lab, run: Run, values: Values, end: number): Promise<void> {
  const handoff: SwapOptions['handoff'] = choice('handoff', values.handoff, handoffs);
  for (const name of ['swap', 'chain'] as const) {
    for (const given of values[name]) {
      const { step, policy } = plannedPolicy(name, given);
      if (step >= end) throw new UsageError(`--${name} is "${given}"; accepted: a step from 0 to ${end - 1}`);
      await accepting(() =>
        name === 'swap' ? lab.swap(run, policy, { at: step, handoff }) : lab.chain(run, policy, { at: step }),
      );
    }
  }
}

/** Reads MNIST from files, or downloads it where there are none. */
async function obtainMnist(lab: Lab, paths: readonly string[]): Promise<void> {
  if (paths.length > 0) {
    const files = paths.map((path) => new File([bytesOf('--idx', path)], basename(path)));
    return accepting(() => lab.readMnist(files));
  }
  process.stderr.write('lr-lab: downloading MNIST …\n');
  await lab.fetchMnist();
}

/** Shows how far a run is; returns what ends that. */
function show(lab: Lab, run: Run, end: number, bar: ProgressBar): () => void {
  return run.step.subscribe((step) => {
    const loss = run.history.loss.at(-1);
    const words =
      step === 0 ? 'loading' : `loss ${loss?.toPrecision(3) ?? ''}  ${Math.round(lab.speed.peek())} steps/s`;
    bar.draw(step, end, words);
  });
}

/** Says why another backend computed than the one that was asked for. */
function sayOfBackend(lab: Lab, asked: string | undefined): void {
  const { name = '', refused = [] } = lab.backend.value ?? {};
  if (asked === undefined || name === asked) return;
  const reason = refused.find((refusal) => refusal.name === asked)?.reason ?? 'unavailable';
  process.stderr.write(`lr-lab: ${name} is used instead of ${asked} (${reason.replace(/\.$/, '')}).\n`);
}

function summary(lab: Lab, run: Run, milliseconds: number): string {
  const { name = '', adapter = '' } = lab.backend.value ?? {};
  const place = adapter === '' ? name : `${name} (${adapter})`;
  const held = run.held.value;
  const evaluation = run.history.evaluations.at(-1);
  return [
    `lr-lab: ${run.step.value} steps on ${place} in ${(milliseconds / 1000).toFixed(1)} s`,
    held ? `the loss diverged at step ${held.step}` : `loss ${run.history.loss.at(-1)?.toPrecision(4) ?? ''}`,
    ...(evaluation ? [`validation accuracy ${(100 * evaluation.accuracy).toFixed(1)} %`] : []),
  ].join('; ');
}
