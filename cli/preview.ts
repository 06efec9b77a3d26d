/** `lr-lab preview`: the learning rates of a policy as CSV. */
import { defaultConfig } from '../src/lab/index.js';
import { previewPolicy } from '../src/policy/index.js';
import { accepting, count, number, policyOf, readArguments } from './arguments.js';
import { write } from './output.js';
import { UsageError } from './usage-error.js';

const text = { type: 'string' } as const;
const options = { policy: text, lr: text, steps: text, 'steps-per-epoch': text, csv: text } as const;

/** Writes a row for each step; 1 where a scheduler refuses to be stepped any further. */
export async function preview(args: readonly string[]): Promise<number> {
  const { values } = readArguments(args, options);
  if (values.policy === undefined) throw new UsageError('--policy is missing; accepted: FILE');
  const policy = policyOf('--policy', values.policy);
  const { lr, failure } = await accepting(() =>
    previewPolicy(policy, {
      lr: number('lr', values.lr) ?? defaultConfig.optimizer.lr,
      steps: count('steps', values.steps) ?? 300,
      stepsPerEpoch: count('steps-per-epoch', values['steps-per-epoch']),
    }),
  );
  const names = lr.map((_, group) => (lr.length === 1 ? 'lr' : `lr_${group}`));
  const rows = Array.from(lr[0].subarray(0, failure?.step), (_, step) =>
    [step, ...lr.map((rates) => rates[step])].join(','),
  );
  write(`${[['step', ...names].join(','), ...rows].join('\r\n')}\r\n`, '--csv', values.csv);
  if (!failure) return 0;
  process.stderr.write(`lr-lab: the schedule stops at step ${failure.step}: ${failure.problem.message}\n`);
  return 1;
}
