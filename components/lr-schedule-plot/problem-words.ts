/** Problems in words, for `<lr-schedule-plot>`, which loads them when it has a problem to show. */
import type { TemplateResult } from 'lit';
import type { Problem } from '../../src/errors.js';
import { problemSentence, problemView } from '../internal/lab/problem-view.js';
import { problemsEn } from '../locales/problems-en.js';
import type { Terms } from '../locales/terms.js';

/** The words of a language other than English, which has loaded with its other words. */
type OtherTerms = Pick<Partial<Terms>, 'problems'>;

/** A problem with the value received and what is accepted. */
export const viewOf = (problem: Problem, { problems = problemsEn }: OtherTerms): TemplateResult =>
  problemView(problem, { problems });

/** A problem in one sentence. */
export const sentenceOf = (problem: Problem, { problems = problemsEn }: OtherTerms): string =>
  problemSentence(problem, { problems });
