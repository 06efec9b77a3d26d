import { expect, test } from 'vitest';
import { InputError } from '../../../src/errors.js';
import {
  advisePolicy,
  buildPolicy,
  buildScheduler,
  fromPyTorch,
  parseFormula,
  parsePolicyText,
  playPolicy,
  previewPolicy,
  restorePolicy,
  toPyTorch,
} from '../../../src/policy/index.js';

type Loose = (...given: unknown[]) => unknown;

const policy = [{ scheduler: { type: 'StepLR', stepSize: 3 }, interval: 'epoch', frequency: 1 }];
const optimizer = { paramGroups: [{ lr: 0.1 }] };

test.each<[string, Loose, unknown[], string]>([
  ['previewPolicy', previewPolicy as Loose, [policy], 'options is undefined; accepted: { lr, steps'],
  ['previewPolicy', previewPolicy as Loose, [policy, null], 'options is null'],
  ['previewPolicy', previewPolicy as Loose, [policy, {}], 'lr is undefined; accepted: number ≥ 0'],
  ['previewPolicy', previewPolicy as Loose, [policy, { lr: '1' }], 'lr is "1"'],
  ['previewPolicy', previewPolicy as Loose, [policy, { lr: 1, steps: 3, groups: 1 }], 'groups is 1'],
  ['playPolicy', playPolicy as Loose, [], 'options is undefined'],
  [
    'buildPolicy',
    buildPolicy as Loose,
    [policy],
    'optimizer is undefined; accepted: an object with paramGroups',
  ],
  ['buildPolicy', buildPolicy as Loose, [[], {}], 'optimizer is {}'],
  ['buildPolicy', buildPolicy as Loose, [undefined, optimizer], 'policy'],
  ['buildScheduler', buildScheduler as Loose, [undefined, optimizer], 'spec is undefined'],
  ['restorePolicy', restorePolicy as Loose, [undefined, optimizer], 'state is undefined'],
  [
    'advisePolicy',
    advisePolicy as Loose,
    [policy],
    'plan is undefined; accepted: { steps, stepsPerEpoch, epochs }',
  ],
  ['advisePolicy', advisePolicy as Loose, [undefined, {}], 'policy is undefined'],
  ['toPyTorch', toPyTorch as Loose, [policy, null], 'options is null'],
])('%s says which argument is missing (%#)', (_, call, given, message) => {
  let error: unknown;
  try {
    call(...given);
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(InputError);
  expect(String(error)).toContain(message);
});

test.each([undefined, null, 30, {}])('what never throws reports %j as an issue', (input) => {
  const issue = { success: false, issues: [{ code: 'type', accepted: 'text' }] };
  expect((fromPyTorch as Loose)(input)).toMatchObject(issue);
  expect((parsePolicyText as Loose)(input)).toMatchObject(issue);
  expect((parseFormula as Loose)(input)).toMatchObject({ success: false, problem: { accepted: 'text' } });
  expect(fromPyTorch('x = 1', null as unknown as object)).toMatchObject({ success: false });
});
