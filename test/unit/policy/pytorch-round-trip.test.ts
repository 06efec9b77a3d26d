import { expect, test } from 'vitest';
import { fromPyTorch, normalisePolicy, presets, toPyTorch } from '../../../src/policy/index.js';
import type { Policy } from '../../../src/policy/index.js';
import { policies } from './arbitraries.js';
import { fc } from '../../property-runs.js';

function readBack(code: string): Policy {
  const result = fromPyTorch(code);
  if (!result.success)
    throw new Error(
      `${(result.issues ?? result.unknowns).map(({ message }) => message).join('\n')}\n${code}`,
    );
  return result.policy;
}

test('any policy is read back from its own Python code as it was', () => {
  fc.assert(
    fc.property(policies(), (input) => {
      const policy = normalisePolicy(input);
      expect(readBack(toPyTorch(policy))).toEqual(policy);
    }),
  );
});

test.each(presets.map((preset) => [preset.id, preset] as const))('so is the preset %s', (_, preset) => {
  const policy = preset.policy({ steps: 2000, stepsPerEpoch: 100, epochs: 20 });
  expect(readBack(toPyTorch(policy))).toEqual(normalisePolicy(policy));
});
