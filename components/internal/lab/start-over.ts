/** What a run was before it was trained further, and how it starts over. */
import type { Lab, Run } from '../../../src/lab/index.js';
import { viewOf } from './lab-view.js';
import { wholePlan } from './run-title.js';

/** The epochs of runs that were extended, as they were before. */
const firstEpochs = new WeakMap<Run, number>();

/** Trains a finished run further. */
export async function extendAndTrain(lab: Lab, run: Run, epochs: number): Promise<void> {
  const before = firstEpochs.get(run) ?? run.plan.peek().epochs;
  await lab.extend(run, epochs);
  firstEpochs.set(run, before);
  await lab.start(run);
}

/** Removes all runs for one at step 0: with the schedule that is picked, and as many epochs as were first set. */
export async function startOver(lab: Lab): Promise<void> {
  const [run] = lab.runs.peek();
  const plan = wholePlan(run);
  const epochs = firstEpochs.get(run) ?? plan.epochs;
  const policy = viewOf(lab).picked.peek()?.({ ...plan, epochs, steps: epochs * plan.stepsPerEpoch });
  await lab.reset({ ...(epochs !== plan.epochs && { epochs }), ...(policy && { policy }) });
}
