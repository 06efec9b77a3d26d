/** A contestant in a process of its own. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import type { ContestantName } from '../contestant.js';
import type { AdapterWords, Run } from '../stand.js';
import type { Player } from '../tournament.js';

/** A request of the parent to a contestant's process. */
export type Question =
  | { method: 'adapter' | 'end' }
  | { method: 'start'; caseName: string }
  | { method: 'run'; steps: number; options?: { everyLoss?: boolean } }
  | { method: 'profile'; steps: number };

/** The answer of the process, one message for each request. */
export type Answer = { result: unknown } | { error: string };

/** Starts the process of a contestant. */
export function startPlayer(name: ContestantName): Player {
  const child = fork(fileURLToPath(new URL('./contestant-process.js', import.meta.url)), [name]);
  const ask = <Result>(question: Question): Promise<Result> =>
    new Promise((resolve, reject) => {
      const settle = (finish: () => void) => {
        child.off('message', handleAnswer).off('exit', handleExit);
        finish();
      };
      const handleAnswer = (answer: Answer) =>
        settle(() =>
          'error' in answer
            ? reject(new Error(`${name}: ${answer.error}`))
            : resolve(answer.result as Result),
        );
      const handleExit = (code: number | null, signal: string | null) =>
        settle(() => reject(new Error(`the process of ${name} ended (${signal ?? `code ${code ?? '?'}`}).`)));
      child.on('message', handleAnswer).on('exit', handleExit);
      child.send(question);
    });
  return {
    name,
    adapter: () => ask<AdapterWords | undefined>({ method: 'adapter' }),
    start: (caseName) => ask<undefined>({ method: 'start', caseName }),
    run: (steps, options) => ask<Run & { busyMs: number }>({ method: 'run', steps, options }),
    profile: (steps) => ask<number>({ method: 'profile', steps }),
    end: () => ask<undefined>({ method: 'end' }),
    close: () =>
      new Promise((resolve) => {
        if (child.exitCode === null && child.signalCode === null) child.once('exit', () => resolve()).kill();
        else resolve();
      }),
  };
}
