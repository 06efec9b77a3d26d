/** `lr-lab from-pytorch` and `lr-lab to-pytorch`: a schedule between PyTorch's programs and policies. */
import { fromPyTorch, toPyTorch, type Answer } from '../src/policy/index.js';
import { policyOf, readArguments, textOf } from './arguments.js';
import { write } from './output.js';
import { UsageError } from './usage-error.js';

const out = { type: 'string' } as const;
const assume = { type: 'string', multiple: true, default: [] as string[] } as const;

/**
 * Writes the policy of a program; its notes go to the standard error. Returns 1 for a program that cannot be read, with
 * the line and the reason of each fault, or with a question for each value that the code does not tell.
 */
export function fromPyTorchCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, { out, assume }, { files: 1 });
  const [file] = positionals;
  const say = (words: string): boolean => process.stderr.write(`lr-lab: ${file}: ${words}\n`);
  const result = fromPyTorch(textOf('FILE', file), { assume: answersOf(values.assume) });
  if (result.success) {
    for (const { message } of result.notes) say(message);
    write(`${JSON.stringify(result.policy, undefined, 2)}\n`, '--out', values.out);
    return Promise.resolve(0);
  }
  for (const { message } of result.issues ?? []) say(message);
  for (const { message, expression } of result.unknowns ?? [])
    say(`${message} Give it with --assume='${expression}=VALUE'.`);
  return Promise.resolve(1);
}

/** Answers by what stands in the code: `len(loader)=94`. A value is a number, `true`, `false` or a word. */
function answersOf(given: readonly string[]): Record<string, Answer> {
  return Object.fromEntries(
    given.map((text): [string, Answer] => {
      const end = text.lastIndexOf('=');
      const value = text.slice(end + 1).trim();
      if (end < 1 || value === '')
        throw new UsageError(`--assume is "${text}"; accepted: EXPRESSION=VALUE, such as "len(loader)=94"`);
      if (value === 'true' || value === 'false') return [text.slice(0, end), value === 'true'];
      return [text.slice(0, end), Number.isNaN(Number(value)) ? value : Number(value)];
    }),
  );
}

/** Writes a policy as a program. */
export function toPyTorchCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, { out }, { files: 1 });
  write(toPyTorch(policyOf('FILE', positionals[0])), '--out', values.out);
  return Promise.resolve(0);
}
