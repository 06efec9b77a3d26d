/** `lr-lab from-pytorch` and `lr-lab to-pytorch`: a schedule between PyTorch's programs and policies. */
import { fromPyTorch, toPyTorch } from '../src/policy/index.js';
import { policyOf, readArguments, textOf } from './arguments.js';
import { write } from './output.js';

const options = { out: { type: 'string' } } as const;

/** Writes the policy of a program; 1 where the program cannot be read, with the line and the reason of each fault. */
export function fromPyTorchCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, options, { files: 1 });
  const [file] = positionals;
  const result = fromPyTorch(textOf('FILE', file));
  if (result.success) {
    write(`${JSON.stringify(result.policy, undefined, 2)}\n`, values.out);
    return Promise.resolve(0);
  }
  for (const { message } of result.issues) process.stderr.write(`lr-lab: ${file}: ${message}\n`);
  return Promise.resolve(1);
}

/** Writes a policy as a program. */
export function toPyTorchCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, options, { files: 1 });
  write(toPyTorch(policyOf('FILE', positionals[0])), values.out);
  return Promise.resolve(0);
}
