/** The process of one contestant, named in its arguments; messages of the parent drive its stand. */
import { create, globals } from 'webgpu';

import type { ContestantName } from '../contestant.js';
import { createStand } from '../stand.js';
import { watchBusyTime } from './busy-time.js';
import type { Answer, Question } from './player.js';

Object.assign(globalThis, globals);
// Before Node 21 there is no navigator; jax-js also looks at its userAgent.
const { navigator = { userAgent: `Node.js/${process.versions.node}` } } = globalThis as {
  navigator?: object;
};
Object.defineProperty(navigator, 'gpu', { value: create([]), configurable: true });
Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
// By this tf.js tells a place that can have WebGPU.
Object.defineProperty(globalThis, 'WorkerGlobalScope', { value: Object, configurable: true });

const busyMs = watchBusyTime();
const stand = createStand(process.argv[2] as ContestantName);

async function answer(question: Question): Promise<unknown> {
  switch (question.method) {
    case 'adapter':
      return stand.adapter();
    case 'start':
      return stand.start(question.caseName);
    case 'run': {
      const before = busyMs();
      const run = await stand.run(question.steps, question.options);
      return { ...run, busyMs: busyMs() - before };
    }
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
