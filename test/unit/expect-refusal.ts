/** A refusal in a test, in any form: thrown, rejected, or returned by a worker as a `Result`. */
import { expect } from 'vitest';

import { InputError, type Problem } from '../../src/errors.js';
import type { Result } from '../../src/worker/protocol.js';

type Awaitable = PromiseLike<unknown>;

/**
 * The problem with which `work` is refused. Asynchronous work returns a promise of it.
 *
 * @param work a function that throws or whose promise rejects; a promise that rejects; or a worker's result
 * @throws any other error, and an Error when nothing is refused
 */
export function refusalOf(work: Awaitable | (() => Awaitable)): Promise<Problem>;
export function refusalOf(work: Result<unknown> | (() => unknown)): Problem;
export function refusalOf(work: Awaitable | Result<unknown> | (() => unknown)): Promise<Problem> | Problem {
  let outcome: unknown;
  try {
    outcome = typeof work === 'function' ? work() : work;
  } catch (error) {
    return asProblem(error);
  }
  if (isAwaitable(outcome)) return Promise.resolve(outcome).then(resultProblem, asProblem);
  return resultProblem(outcome);
}

/**
 * Expects that `work` is refused with this code; returns the problem for further checks. Await asynchronous work.
 *
 * @param work as {@link refusalOf} takes it
 */
export function expectRefusal(work: Awaitable | (() => Awaitable), code: string): Promise<Problem>;
export function expectRefusal(work: Result<unknown> | (() => unknown), code: string): Problem;
export function expectRefusal(
  work: Awaitable | Result<unknown> | (() => unknown),
  code: string,
): Promise<Problem> | Problem {
  const check = (problem: Problem) => {
    expect(problem.code, problem.message).toBe(code);
    return problem;
  };
  const problem = refusalOf(work as Awaitable) as Promise<Problem> | Problem;
  return isAwaitable(problem) ? problem.then(check) : check(problem);
}

const isAwaitable = (value: unknown): value is Promise<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value;

function asProblem(error: unknown): Problem {
  if (error instanceof InputError) return error;
  throw error;
}

function resultProblem(value: unknown): Problem {
  const result = value as Result<unknown> | undefined;
  if (result?.ok === false) return result.problem;
  throw new Error('expected a refusal, and nothing was refused');
}
