/** Pasted programs, run by real PyTorch: the rates that they use are those of the policy that is read out of them. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { fromPyTorch, previewPolicy } from '../../src/policy/index.js';
import { pastedPrograms, stubs } from './pasted-programs.js';

/** Runs programs in one Python; the rate of each update of each. */
function ratesOf(codes: readonly string[]): number[][] {
  const recorder = `
import json, sys
import torch
from torch.optim import Optimizer
programs, stubs = json.load(sys.stdin)
everything = []
for code in programs:
    rates = []
    originals = {}
    for kind in (torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW):
        originals[kind] = kind.step
        def step(self, closure=None, own=kind.step):
            rates.append(self.param_groups[0]["lr"])
            return own(self, closure)
        kind.step = step
    names = {"__name__": "__main__"}
    exec(compile(stubs + code, "<pasted>", "exec"), names)
    for kind, own in originals.items():
        kind.step = own
    everything.append(rates)
print(json.dumps(everything))
`;
  const output = execFileSync(process.env.LR_LAB_PYTHON ?? 'python3', ['-W', 'ignore', '-c', recorder], {
    input: JSON.stringify([codes, stubs]),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  return JSON.parse(output) as number[][];
}

describe('pasted programs', () => {
  it('use the rates of the policy that is read out of them, in every style', () => {
    const all = ratesOf(pastedPrograms.map(({ code }) => code));
    const counts = new Map<string, { read: number; asked: number }>();
    for (const [index, { style, code, assume = {}, perEpoch = 5 }] of pastedPrograms.entries()) {
      const first = fromPyTorch(code);
      const count = counts.get(style) ?? { read: 0, asked: 0 };
      if (first.success) count.read += 1;
      else if (first.unknowns) count.asked += 1;
      counts.set(style, count);
      const result = first.success ? first : fromPyTorch(code, { assume });
      if (!result.success) expect.fail(`${(result.issues ?? result.unknowns)[0].message}\n${code}`);
      const rates = all[index];
      const preview = previewPolicy(result.policy, {
        lr: result.optimizer!.lr!,
        steps: rates.length,
        stepsPerEpoch: perEpoch,
        groups: [result.optimizer!.type === 'SGD' ? {} : { betas: [0.9, 0.999] }],
      });
      for (const [step, rate] of rates.entries()) {
        const difference = Math.abs(preview.lr[0][step] - rate);
        expect(difference, `update ${step}: ${rate}, not ${preview.lr[0][step]}\n${code}`).toBeLessThan(
          1e-10,
        );
      }
    }
    for (const [style, { read, asked }] of counts)
      console.log(`${style}: ${read} read, ${asked} asked, none refused`);
    console.log(`${pastedPrograms.length} pasted programs ran`);
    expect(pastedPrograms.length).toBeGreaterThanOrEqual(60);
  });
});
