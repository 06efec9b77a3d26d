/** What commands make of their arguments. Each refuses with a {@link UsageError} that names the argument. */
import { readFileSync } from 'node:fs';
import { parseArgs, type ParseArgsConfig } from 'node:util';

import { countRange, isCount } from '../src/config/names.js';
import { InputError } from '../src/errors.js';
import { parsePolicyText, type Policy } from '../src/policy/index.js';
import { UsageError } from './usage-error.js';

/** Options of a command, as `parseArgs` takes them. */
type Options = NonNullable<ParseArgsConfig['options']>;

/** Reads arguments; what is not named in `options` is refused. */
export function readArguments<const Named extends Options>(
  args: readonly string[],
  options: Named,
  { files = 0 }: { files?: number } = {},
) {
  try {
    const { values, positionals } = parseArgs({
      args: withNegativeValues(args),
      options,
      allowPositionals: files > 0,
    });
    if (positionals.length !== files)
      throw new UsageError(`${positionals.length} files are given; accepted: ${files}`);
    return { values, positionals };
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof TypeError)) throw error;
    // The first sentence; the others advise on quoting.
    const [reason] = error.message.split(/\. |\n/);
    const accepted = Object.keys(options).map((name) => `--${name}`);
    throw new UsageError(`${reason.replace(/\.$/, '')}; accepted: ${accepted.join(', ')}`);
  }
}

/** Joins an option and a value that begins with a minus, which would otherwise be taken for another option. */
function withNegativeValues(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1);
    if (before?.startsWith('--') && !before.includes('=') && /^-[^-]/.test(arg))
      joined[joined.length - 1] = `${before}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

/** An option that counts steps. */
export function count(name: string, text: string | undefined): number | undefined {
  const value = number(name, text);
  if (value === undefined || isCount(value)) return value;
  throw new UsageError(`--${name} is "${text}"; accepted: ${countRange}`);
}

/** An option that is a finite number. */
export function number(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new UsageError(`--${name} is "${text}"; accepted: a number`);
}

/** An option that is one of a few words. */
export function choice<const Word extends string>(
  name: string,
  text: string | undefined,
  words: readonly Word[],
): Word | undefined {
  const word = words.find((each) => each === text);
  if (text === undefined || word !== undefined) return word;
  throw new UsageError(`--${name} is "${text}"; accepted: ${words.join(' | ')}`);
}

/** The text of a file that an argument names. */
export function textOf(argument: string, file: string): string {
  return bytesOf(argument, file).toString('utf8');
}

/** The content of a file that an argument names; `-` is the standard input. */
export function bytesOf(argument: string, file: string): Buffer<ArrayBuffer> {
  try {
    return readFileSync(file === '-' ? process.stdin.fd : file);
  } catch (error) {
    throw new UsageError(`${argument} is "${file}", which cannot be read (${(error as Error).message})`);
  }
}

/** A policy in a file, or written out. */
export function policyOf(argument: string, given: string): Policy {
  const text = /^\s*[[{]/.test(given) ? given : textOf(argument, given);
  const result = parsePolicyText(text);
  if (result.success) return result.policy;
  const [{ message }] = result.issues;
  throw new UsageError(`${argument} is "${given}", whose policy is refused: ${message.replace(/\.$/, '')}`);
}

/** A policy and the step from which it acts: `150:q.json`. */
export function plannedPolicy(name: string, given: string): { step: number; policy: Policy } {
  const match = /^(\d+):(.+)$/s.exec(given);
  if (!match) throw new UsageError(`--${name} is "${given}"; accepted: STEP:FILE, such as 150:q.json`);
  return { step: Number(match[1]), policy: policyOf(`--${name}`, match[2]) };
}

/** Does what checks values by itself, and refuses the option from which a refused value comes. */
export async function accepting<Value>(work: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { path = '', message } = error;
    const option = path
      .replace('optimizer.', '')
      .replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const isAboutOption = path !== '' && message.startsWith(`${path} is `);
    throw new UsageError(isAboutOption ? `--${option}${message.slice(path.length)}` : message);
  }
}
