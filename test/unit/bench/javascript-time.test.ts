import { describe, expect, it } from 'vitest';

import { javascriptMs, profileJavascript } from '../../bench/javascript-time.js';

const node = (id: number, functionName: string, url = '', children: number[] = []) => ({
  id,
  callFrame: { functionName, url },
  children,
});

const page = 'http://localhost/page.js';

describe('the time in JavaScript', () => {
  it('adds up functions, native ones that they call, and garbage collection', () => {
    const nodes = [
      node(1, '(root)', '', [2, 4]),
      node(2, 'step', page, [3]),
      node(3, 'submit'),
      node(4, '(garbage collector)'),
    ];
    expect(javascriptMs({ nodes, samples: [2, 3, 3, 4], timeDeltas: [200, 210, 190, 400] })).toBe(1);
  });

  it('leaves out sleep and the tasks of the program', () => {
    const nodes = [
      node(1, '(root)', '', [2, 3, 4]),
      node(2, '(idle)'),
      node(3, '(program)'),
      node(4, 'step', page),
    ];
    expect(javascriptMs({ nodes, samples: [1, 2, 3, 4], timeDeltas: [1000, 1000, 1000, 500] })).toBe(0.5);
  });

  it('leaves out the work of Node itself, but not the functions that it calls', () => {
    const nodes = [
      node(1, '(root)', '', [2, 4]),
      node(2, 'processImmediate', 'node:internal/timers', [3]),
      node(3, ''),
      node(4, 'processTicksAndRejections', 'node:internal/process/task_queues', [5]),
      node(5, 'runMicrotasks', '', [6]),
      node(6, 'step', 'file:///contestant.js', [7]),
      node(7, 'submit'),
    ];
    const profile = { nodes, samples: [2, 3, 4, 5, 6, 7], timeDeltas: [1, 10, 100, 1000, 10_000, 20_000] };
    expect(javascriptMs(profile)).toBe(30);
  });

  it('is 0 without samples', () => {
    expect(javascriptMs({ nodes: [node(1, '(root)')] })).toBe(0);
  });

  it('is sampled from the beginning of the work to its end', async () => {
    const order: string[] = [];
    const profile = { nodes: [node(1, 'step', page)], samples: [1], timeDeltas: [250] };
    const time = await profileJavascript(
      (command) => {
        order.push(command);
        return Promise.resolve(command === 'Profiler.stop' ? { profile } : {});
      },
      () => {
        order.push('work');
        return Promise.resolve();
      },
    );
    expect(order.slice(-4)).toEqual(['Profiler.start', 'work', 'Profiler.stop', 'Profiler.disable']);
    expect(time).toBe(0.25);
  });
});
