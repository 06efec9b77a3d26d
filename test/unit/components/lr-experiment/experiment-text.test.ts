/** What is said of a recorded experiment: each number once, in both languages from one history. */
import { describe, expect, it } from 'vitest';

import { en } from '../../../../components/locales/en.js';
import { zhCn } from '../../../../components/locales/zh-cn.js';
import {
  averagedLosses,
  builtInTerms,
  courseOf,
  findingsText,
} from '../../../../components/lr-experiment/experiment-text.js';
import { type BuiltInName, builtInExperiment, recordedOutcome } from '../../../../src/experiment/index.js';

const count = String;

async function said(name: BuiltInName, terms = en): Promise<string> {
  const experiment = builtInExperiment(name)!;
  const { says } = (await recordedOutcome(experiment))!;
  return findingsText(says, builtInTerms(experiment, terms), { terms, count });
}

describe('what an experiment showed', () => {
  it('names a run once that is compared with two others', async () => {
    expect(await said('one-cycle')).toMatch(
      /OneCycleLR ended at a loss of ([\d.]+), lr 0\.01 at [\d.]+\. lr 0\.1 ended at [\d.]+\.$/,
    );
    expect(await said('one-cycle', zhCn)).toMatch(
      /OneCycleLR 的 loss 最后是 [\d.]+，lr 0\.01 是 [\d.]+。lr 0\.1 是 [\d.]+。$/,
    );
  });

  it('names the run once with which two others are compared, and begins with a capital letter', async () => {
    expect(await said('find-a-rate')).toMatch(
      /^Steepest fall ended at a loss of [\d.]+, lr 0\.001 at [\d.]+\. A tenth of divergence ended at [\d.]+\.$/,
    );
    // A name in code stays as it is.
    expect(await said('resume')).toMatch(
      /^last_epoch and state dicts used .*\. A new scheduler ended with a rate of [\d.]+, state dicts with [\d.]+\. A longer T_max ended with [\d.]+\.$/,
    );
  });

  it('averages the key as the sentence does', async () => {
    const experiment = builtInExperiment('step-decay')!;
    const outcome = (await recordedOutcome(experiment))!;
    const text = await said('step-decay');
    for (const run of outcome.runs) {
      const course = courseOf(run, 'loss', { terms: en, count, last: averagedLosses(experiment) });
      expect(text).toContain(course.split(' → ')[1]);
    }
  });
});
