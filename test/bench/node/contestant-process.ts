/** The process of one contestant, named in its arguments; messages of the parent drive its stand. */
import { Session } from 'node:inspector/promises';
import { create, globals } from 'webgpu';

import type { ContestantName } from '../contestant.js';
import { createStand } from '../stand.js';
import { profileJavascript } from '../javascript-time.js';
import { timeBusy } from './busy-time.js';
import type { Answer, Question } from './player.js';

Object.assign(globalThis, globals);
// Before Node 21 there is no navigator; jax-js also looks at its userAgent.
const { navigator = { userAgent: `Node.js/${process.versions.node}` } } = globalThis as {
  navigator?: object;
};
Object.defineProperty(navigator, 'gpu', { value: create([]), configurable: true });
Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
// tf.js takes this as a sign that WebGPU may be available.
Object.defineProperty(globalThis, 'WorkerGlobalScope', { value: Object, configurable: true });

const session = new Session();
session.connect();
const stand = createStand(process.argv[2] as ContestantName);

async function answer(question: Question): Promise<unknown> {
  switch (question.method) {
    case 'adapter':
      return stand.adapter();
    case 'start':
      return stand.start(question.caseName);
    case 'run': {
      const { result, busyMs } = await timeBusy(() => stand.run(question.steps, question.options));
      return { ...result, busyMs };
    }
    case 'profile':
      return profileJavascript(
        (command, parameters) => session.post(command, parameters),
        () => stand.train(question.steps),
      );
    case 'end':
      return stand.end();
  }
}

process.on('message', (question: Question) => {
  answer(question).then(
    (result) => process.send!({ result } satisfies Answer),
    (error: unknown) =>
      process.send!({
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      } satisfies Answer),
  );
});
