/** A program in Node: every import is safe, and a Lab trains. */
import assert from 'node:assert/strict';
import 'lr-lab';
import { Lab } from 'lr-lab/lab';
import { StepLR } from 'lr-lab/schedulers';

const optimizer = { paramGroups: [{ lr: 0.1 }] };
new StepLR(optimizer, { stepSize: 1, gamma: 0.5 }).step();
assert.deepEqual(optimizer.paramGroups, [{ lr: 0.05, initialLr: 0.1 }]);

const lab = new Lab({
  model: 'tiny',
  batchSize: 4,
  stepsPerEpoch: 30,
  epochs: 2,
  policy: { type: 'StepLR', stepSize: 1, gamma: 0.5 },
});
await lab.step(20);
console.log(`steps ${lab.runs.value[0].step.value}`);
await lab.dispose();
