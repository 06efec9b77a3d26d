/** The options of the command line. */
import { parseArgs } from 'node:util';

import type { ContestantName } from './contestant.js';
import { contestants } from './contestant.js';
import type { BenchCase } from './networks.js';
import { benchCases } from './networks.js';
import { BenchProblem } from './problem.js';
import type { Effort } from './tournament.js';

/** What to measure, and how long. */
export interface Options {
  cases: readonly BenchCase[];
  names: readonly ContestantName[];
  effort: Effort;
  /** Whether everything is measured, so that the results may be recorded. */
  complete: boolean;
}

const isContestant = (name: string): name is ContestantName => name in contestants;

function positive(option: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new BenchProblem(`--${option} is "${text}"; accepted is a number above 0.`);
  return value;
}

/**
 * Reads the command line: any number of case names or beginnings of them, `--rounds`, `--seconds`, `--contestants a,b`.
 * By default all contestants take part; the others are compared with the first.
 *
 * @throws BenchProblem for anything unknown
 */
export function parseOptions(given: readonly string[]): Options {
  const all = Object.keys(contestants).filter(isContestant);
  const { values, positionals } = readArguments(given);
  const cases = benchCases.filter(
    ({ name }) => positionals.length === 0 || positionals.some((part) => name.startsWith(part)),
  );
  const unknown = positionals.find((part) => !benchCases.some(({ name }) => name.startsWith(part)));
  if (unknown !== undefined) {
    throw new BenchProblem(
      `unknown case "${unknown}"; accepted: ${benchCases.map(({ name }) => name).join(', ')}.`,
    );
  }
  const names = values.contestants.split(',').filter(Boolean);
  const stranger = names.find((name) => !isContestant(name));
  if (stranger !== undefined) {
    throw new BenchProblem(
      `unknown contestant "${stranger}"; accepted: ${Object.keys(contestants).join(', ')}.`,
    );
  }
  const chosen = names.length > 0 ? names.filter(isContestant) : all;
  return {
    cases,
    names: chosen,
    effort: {
      rounds: Math.ceil(positive('rounds', values.rounds)),
      seconds: positive('seconds', values.seconds),
    },
    complete: cases.length === benchCases.length && all.every((name, index) => chosen[index] === name),
  };
}

function readArguments(given: readonly string[]) {
  try {
    return parseArgs({
      args: [...given],
      allowPositionals: true,
      options: {
        rounds: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '2' },
        contestants: { type: 'string', default: '' },
      },
    });
  } catch (error) {
    throw new BenchProblem(error instanceof Error ? error.message : String(error));
  }
}
