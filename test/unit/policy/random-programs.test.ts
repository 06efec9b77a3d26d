import { expect, test } from 'vitest';
import { fromPyTorch, previewPolicy } from '../../../src/policy/index.js';
import { fc, runs, timeLimit } from '../../property-runs.js';
import { randomProgram } from './random-programs.js';

test(
  'no random program is read wrong, and at least 70 of 100 are read or asked about',
  { timeout: timeLimit },
  () => {
    const counts = { read: 0, asked: 0, refused: 0 };
    const reasons = new Map<string, number>();
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { code, rates, perPass, answers } = randomProgram(seed);
        let result = fromPyTorch(code);
        if (result.success) counts.read += 1;
        else if (result.unknowns) {
          counts.asked += 1;
          // A person answers what the code leaves open.
          const assume: Record<string, number | boolean | string> = { ...answers };
          for (const { expression, suggestion } of result.unknowns) assume[expression] ??= suggestion ?? NaN;
          result = fromPyTorch(code, { assume });
        } else counts.refused += 1;
        if (!result.success) {
          const reason = (result.issues ?? result.unknowns)[0].message.replaceAll(/\d+/g, 'n');
          reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
          return;
        }
        const lr = Number(/lr=([\d.]+)\)/.exec(code)?.[1]);
        // One pass of a single loop is an epoch or an update, as the policy says; seven updates are no epoch of it then.
        const isEpochs = result.policy.some(({ interval }) => interval === 'epoch');
        const stepsPerEpoch = perPass ?? (isEpochs ? 1 : 7);
        if (rates.length === 0 || stepsPerEpoch === 0) return;
        const preview = previewPolicy(result.policy, { lr, steps: rates.length, stepsPerEpoch });
        rates.forEach((rate, step) => {
          const message = `update ${step} of\n${code}\nread as ${JSON.stringify(result.policy)}`;
          expect(Math.abs(preview.lr[0][step] / rate - 1), message).toBeLessThan(1e-9);
        });
      }),
    );
    const share = (counts.read + counts.asked) / (counts.read + counts.asked + counts.refused);
    console.log(
      `${runs} random programs: ${counts.read} read, ${counts.asked} asked, ${counts.refused} refused`,
    );
    const sorted = [...reasons].sort((a, b) => b[1] - a[1]).slice(0, 12);
    if (process.env.LR_LAB_REASONS)
      console.log(sorted.map(([reason, count]) => `${count} × ${reason}`).join('\n'));
    expect(share).toBeGreaterThan(0.7);
  },
);
