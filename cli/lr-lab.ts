#!/usr/bin/env node
/** The command `lr-lab`: exits with 0 when it is done, with 1 when that failed, and with 2 for arguments it cannot use. */
import { InputError } from '../src/errors.js';
import { fromPyTorchCommand, toPyTorchCommand } from './convert.js';
import { preview } from './preview.js';
import { train } from './train.js';
import { UsageError } from './usage-error.js';

/** A command does its work and returns the exit code. */
const commands: Record<string, (args: readonly string[]) => Promise<number>> = {
  train,
  preview,
  'from-pytorch': fromPyTorchCommand,
  'to-pytorch': toPyTorchCommand,
};

const usage = `lr-lab: what a learning rate does, without a page.

  lr-lab train         trains a small CNN and writes its losses and learning rates
      --policy FILE    the schedule, as JSON; without it the rate falls to a tenth every 4 epochs
      --swap STEP:FILE --chain STEP:FILE
                       other schedules from a step on; each may be given several times
      --handoff continue | restart | torch
      --dataset digits | mnist    --model tiny | lenet | alexnet | mlp
      --idx FILE       MNIST, or images like it, in IDX files instead of a download; one option for each file
      --optimizer SGD | Adam | AdamW | RMSprop | Adagrad    --lr NUMBER
      --batch-size N   --epochs N   --steps-per-epoch N   --seed N   --backend webgpu | cpu
      --steps N        stops after so many updates
      --csv FILE       the history, a row for each step; "-" is the standard output
      --session FILE   the session, which the page opens
      --quiet
  lr-lab preview       writes the learning rates of a schedule as CSV; nothing trains
      --policy FILE --lr NUMBER --steps N [--steps-per-epoch N] [--csv FILE]
  lr-lab from-pytorch FILE [--assume EXPRESSION=VALUE] [--out FILE]
                       reads the schedule of a PyTorch program
  lr-lab to-pytorch FILE [--out FILE]      writes a schedule as a PyTorch program

FILE may be the JSON itself, or "-" for the standard input.
Exit codes: 0 done, 1 failed, 2 arguments that cannot be used.
`;

async function main(given: readonly string[]): Promise<number> {
  const name = given.at(0);
  const args = given.slice(1);
  if (name === undefined || name === '--help' || name === '-h' || args.includes('--help')) {
    process.stdout.write(usage);
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new UsageError(`"${name}" is unknown; accepted: ${Object.keys(commands).join(', ')}`);
  return command(args);
}

function explain(error: unknown): number {
  const isExpected = error instanceof UsageError || error instanceof InputError;
  const message =
    error instanceof Error ? (isExpected ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`lr-lab: ${message.replace(/\.$/, '')}.\n`);
  return error instanceof UsageError ? 2 : 1;
}

// A reader such as `head` may close the output early.
process.stdout.on('error', () => process.exit());
process.exitCode = await main(process.argv.slice(2)).catch(explain);
