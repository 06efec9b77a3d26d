import 'lr-lab';
import { Lab, type Config, type Run } from 'lr-lab/lab';
import { normalisePolicy, type PolicyInput } from 'lr-lab/policy';
import { CosineAnnealingLR } from 'lr-lab/schedulers';

const input: PolicyInput = { type: 'StepLR', stepSize: 3 };
export const policy = normalisePolicy(input);
export const config: Partial<Config> = { lr: 0.1 } as Partial<Config>;
export const run: Run = new Lab().runs.value[0];
export const scheduler = new CosineAnnealingLR({ paramGroups: [{ lr: 0.1 }] }, { tMax: 3 });
export const plot = document.querySelector('lr-schedule-plot')?.policy;
// @ts-expect-error -- a step size is a number
export const wrong: PolicyInput = { type: 'StepLR', stepSize: 'three' };
