/**
 * Leslie Smith's range test: the learning rate rises exponentially from step to step, and the loss shows which rates are
 * useful. A temporary run makes it, from a checkpoint of the tested run and on the batches that come next there.
 *
 * Smith, Cyclical Learning Rates for Training Neural Networks, section 3.3.
 */
import { badValue } from '../../errors.js';
import type { Checkpoint } from '../checkpoint.js';
import { DivergenceDetector } from '../divergence.js';
import type { PreparationHooks, TrainerConfig } from '../preparation.js';
import type { RateCurve } from './rate-curve.js';
import { readRateCurve } from './rate-curve.js';
import type { StepRow } from '../trainer.js';
import { Trainer } from '../trainer.js';

/** Which rates are tried. */
export interface RangeTestOptions {
  /** The first rate of the first param group; 1e-6 by default. The others keep their configured ratios to it. */
  from?: number;
  /** Its last rate; 10 by default. */
  to?: number;
  /** How many rates; 100 by default. */
  steps?: number;
}

/** What a range test reports to its caller and takes from it. */
export interface RangeTestHooks extends PreparationHooks {
  /** Called as the losses come back. */
  onStep?: (progress: { done: number; total: number }) => void;
}

/** The result of a range test: row i is the loss of a batch before the update with rate i. */
export interface RangeTest extends RateCurve {
  /** The rates of the first param group, up to the one at which the run diverged. */
  lr: Float64Array<ArrayBuffer>;
  loss: Float32Array<ArrayBuffer>;
  /** Whether it ended early because the run had diverged. */
  diverged: boolean;
}

/** The most rates that are tried. */
const mostSteps = 10_000;

/**
 * Tries rising rates.
 *
 * @param config the config of the run that the checkpoint is of
 * @throws InputError `config-value` for rates or a number of steps that cannot be tried, and as `Trainer.create` and
 * `restore` do; the signal's reason when it is aborted
 */
export async function rangeTest(
  config: TrainerConfig,
  checkpoint: Checkpoint,
  options: RangeTestOptions = {},
  { onStep, ...hooks }: RangeTestHooks = {},
): Promise<RangeTest> {
  const { from, to, steps } = checkOptions(options);
  const { signal } = hooks;
  signal?.throwIfAborted();
  // Without the config's policy, which the test does not use and which might not build.
  const trainer = await Trainer.create({ ...config, policy: [] }, hooks);
  try {
    await trainer.restore(checkpoint);
    // Starts from the configured rates, which are above 0; the present ones may have decayed to 0.
    const [configured] = checkpoint.rates.configured;
    const lrLambda = `${from / configured.lr} * ${to / from} ** (step / ${steps - 1})`;
    trainer.swap({ scheduler: { type: 'LambdaLR', lrLambda }, interval: 'step' }, { handoff: 'restart' });
    const batchesLeft = config.batches ? config.batches.length - checkpoint.step : steps;
    const { rows, diverged } = await tryRates(trainer, Math.min(steps, batchesLeft), { onStep, signal });
    const lr = Float64Array.from(rows, (row) => row.lr[0]);
    const loss = Float32Array.from(rows, (row) => row.loss);
    return { lr, loss, diverged, ...readRateCurve(lr, loss, diverged) };
  } finally {
    await trainer.dispose();
  }
}

/** Trains until all rates have been used or the run has diverged; leaves out the steps made after that. */
async function tryRates(
  trainer: Trainer,
  steps: number,
  { onStep, signal }: Pick<RangeTestHooks, 'onStep' | 'signal'>,
): Promise<{ rows: StepRow[]; diverged: boolean }> {
  const rows: StepRow[] = [];
  // A detector of its own: the tested run may have diverged before.
  const detector = new DivergenceDetector(trainer.classes);
  const keep = (row: StepRow): void => {
    if (detector.at !== undefined) return;
    rows.push(row);
    detector.observe(row.step, row.loss);
    onStep?.({ done: rows.length, total: steps });
  };
  for (const end = trainer.steps + steps; trainer.steps < end && detector.at === undefined;) {
    await trainer.advance(end - trainer.steps, keep);
    // Lets messages in, such as the one that aborts, where nothing else waits for the device.
    await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
  }
  await trainer.drain();
  return { rows, diverged: detector.at !== undefined };
}

function checkOptions({ from = 1e-6, to = 10, steps = 100 }: RangeTestOptions): Required<RangeTestOptions> {
  if (!(Number.isFinite(from) && from > 0)) throw badValue('from', String(from), 'number > 0');
  if (!(Number.isFinite(to) && to > from)) throw badValue('to', String(to), `number > ${from}`);
  if (!(Number.isInteger(steps) && steps >= 10 && steps <= mostSteps))
    throw badValue('steps', String(steps), `10 ≤ integer ≤ ${mostSteps}`);
  return { from, to, steps };
}
